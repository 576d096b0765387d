import { badRequest } from '../errors/index.ts'
import { compileGlob, type Glob, GlobError } from '../globs/index.ts'
import { namesOneParty } from './shared-issuers.ts'

const MAX_CLAIMS = 10
const MAX_DEPTH = 5
/** Of one claim; more are not looked at. */
const MAX_VALUES = 50
/** Longer values fit nothing. */
const MAX_VALUE_LENGTH = 1_024
/** They have fields of their own, or say nothing about who the job is. */
const elsewhere = new Set(['iss', 'aud', 'exp', 'nbf', 'iat', 'jti'])

/**
 * `repository.owner` for a claim within a claim; `\.` for a dot that is part of a name. Undefined for what is no path.
 */
export function parsePath(text: string): string[] | undefined {
  if (text.length > 255 || !text.isWellFormed() || /\p{Cc}/u.test(text)) return undefined
  const parts = ['']
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!
    if (character === '.') parts.push('')
    else {
      if (character === '\\' && ++index === text.length) return undefined
      parts[parts.length - 1] += text[index]!
    }
  }
  return parts.length <= MAX_DEPTH && parts.every((part) => part !== '') ? parts : undefined
}

/**
 * Patterns that a token's claims must all fit.
 *
 * @throws DomainError BAD_REQUEST for what would let in anybody who can get a token of this issuer
 */
export function parseClaims(issuer: string, input: Record<string, unknown>): Record<string, string> {
  const claims: Record<string, string> = {}
  const entries = Object.entries(input)
  if (entries.length > MAX_CLAIMS)
    throw badRequest(`a trust can have patterns for at most ${MAX_CLAIMS} claims`)
  for (const [path, pattern] of entries) {
    const parts = parsePath(path)
    if (!parts)
      throw badRequest('the name of a claim must be short, with dots between the names of nested ones')
    if (elsewhere.has(parts[0]!)) throw badRequest(`${parts[0]} cannot have a pattern`)
    if (typeof pattern !== 'string') throw badRequest('the pattern of a claim must be a text')
    try {
      compileGlob(pattern)
    } catch (error) {
      if (error instanceof GlobError) throw badRequest(error.message)
      throw error
    }
    claims[path] = pattern
  }
  if (!Object.values(claims).some((pattern) => fixedStart(pattern) !== ''))
    throw badRequest('a trust needs a pattern for sub or another claim that begins with a fixed text')
  const problem = namesOneParty(issuer, claims)
  if (problem !== undefined) throw badRequest(problem)
  return claims
}

/** What stands before the first wildcard. */
export function fixedStart(pattern: string): string {
  let text = ''
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index]!
    if ('*?[{'.includes(character)) break
    text += character === '\\' ? (pattern[++index] ?? '') : character
  }
  return text
}

const compiled = new Map<string, Glob>()
const MAX_COMPILED = 2_000

function glob(pattern: string): Glob {
  let known = compiled.get(pattern)
  if (!known) {
    known = compileGlob(pattern)
    compiled.set(pattern, known)
    if (compiled.size > MAX_COMPILED) compiled.delete(compiled.keys().next().value as string)
  }
  return known
}

/** True when every pattern has a claim that fits. Of a list, one element must. */
export function claimsFit(patterns: Record<string, string>, claims: Record<string, unknown>): boolean {
  const wanted = Object.entries(patterns).map(([path, pattern]) => ({
    pattern,
    start: fixedStart(pattern),
    values: valuesAt(claims, path).filter((value) => value.length <= MAX_VALUE_LENGTH),
  }))
  // Cheap, and ends the search for nearly all trusts of others: patterns that take long are tried on few tokens.
  if (!wanted.every(({ start, values }) => values.some((value) => value.startsWith(start)))) return false
  return (
    wanted.length > 0 &&
    wanted.every(({ pattern, values }) => values.some((value) => glob(pattern).matches(value)))
  )
}

/** As texts; nothing for what is no text, number or truth value, or a list of them. */
function valuesAt(claims: Record<string, unknown>, path: string): string[] {
  let value: unknown = claims
  for (const part of parsePath(path) ?? ['']) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, part))
      return []
    value = (value as Record<string, unknown>)[part]
  }
  return (Array.isArray(value) ? value.slice(0, MAX_VALUES) : [value]).flatMap((one) =>
    typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean' ? [String(one)] : [],
  )
}
