import { badRequest } from '../errors/index.ts'
import { compileGlob, type Glob } from '../globs/index.ts'

/** Bounds of one grant: with them every check and every condition stays small. */
export const MAX_PATTERNS = 20
export const MAX_PATTERN_LENGTH = 255
/** Stars of a pattern beside its one `**`. */
export const MAX_PATTERN_STARS = 8
/** After `{a,b}` has been written out, over all patterns of a grant. */
export const MAX_ALTERNATIVES = 64

/** The repositories of a project that fit one of the patterns. */
export interface RepositoryLimit {
  /** As they were written; never empty. */
  readonly patterns: readonly string[]
  readonly alternatives: readonly Alternative[]
}

/** A pattern without braces, cut at its slashes. At most one part is `**`. */
export interface Alternative {
  readonly parts: readonly string[]
  readonly glob: Glob
}

/** Where a right reaches in a project. */
export type Reach = 'all' | RepositoryLimit

/**
 * Patterns of repository names, relative to the project: `*` and `?` within a part, `**` as one whole part for any number
 * of parts, `{a,b}` either. What both databases can look for exactly and quickly, and no more. Null and an absent list
 * mean the whole project; an empty list is refused, because it could be meant either way.
 *
 * @throws DomainError BAD_REQUEST
 */
export function parseLimit(value: unknown): RepositoryLimit | null {
  if (value === null || value === undefined) return null
  if (!Array.isArray(value) || value.length === 0)
    throw badRequest('repositories must be a list of patterns, or null for the whole project')
  if (value.length > MAX_PATTERNS) throw badRequest(`repositories can hold at most ${MAX_PATTERNS} patterns`)
  return limitOf([...new Set(value.map(parsePattern))])
}

/** @throws DomainError BAD_REQUEST for what `parseLimit` would not have let in */
export function limitOf(patterns: readonly string[]): RepositoryLimit {
  const texts = [...new Set(patterns.flatMap(writtenOut))]
  if (texts.length > MAX_ALTERNATIVES)
    throw badRequest(`the patterns of repositories stand for more than ${MAX_ALTERNATIVES} alternatives`)
  return { patterns, alternatives: texts.map(toAlternative) }
}

/** What either of them reaches; `all` when one of them does. */
export function union(reaches: readonly Reach[]): Reach | undefined {
  if (reaches.includes('all')) return 'all'
  const [first, ...others] = reaches as readonly RepositoryLimit[]
  if (others.length === 0) return first
  return {
    patterns: [...new Set([first!, ...others].flatMap(({ patterns }) => patterns))],
    alternatives: [first!, ...others].flatMap(({ alternatives }) => alternatives),
  }
}

/** `path`: the repository's name without the project. */
export const includes = (reach: Reach, path: string): boolean =>
  reach === 'all' || reach.alternatives.some(({ glob }) => glob.matches(path))

function parsePattern(value: unknown): string {
  if (typeof value !== 'string' || value === '')
    throw badRequest('a pattern of repositories must not be empty')
  if (value.length > MAX_PATTERN_LENGTH)
    throw badRequest(`a pattern of repositories must have at most ${MAX_PATTERN_LENGTH} characters`)
  if (!/^[a-z0-9._/*?{},-]+$/.test(value))
    throw badRequest('a pattern of repositories holds lower-case letters, digits and . _ - / * ? { , } only')
  return value
}

/** `{a,b}c` as `ac` and `bc`. Braces do not stand in braces. */
function writtenOut(pattern: string): string[] {
  let texts = ['']
  for (const piece of pattern.split(/(\{[^{}]*\})/)) {
    const choices = piece.startsWith('{') ? piece.slice(1, -1).split(',') : [piece]
    if (/[{},]/.test(choices.join('')))
      throw badRequest(
        'braces in a pattern of repositories stand in pairs, with commas between them, and not in braces',
      )
    texts = texts.flatMap((text) => choices.map((choice) => text + choice))
    if (texts.length > MAX_ALTERNATIVES)
      throw badRequest(`the patterns of repositories stand for more than ${MAX_ALTERNATIVES} alternatives`)
  }
  return texts
}

function toAlternative(text: string): Alternative {
  const parts = text.split('/')
  if (parts.includes(''))
    throw badRequest('a pattern of repositories must not begin or end with a slash, or hold two in a row')
  const wide = parts.filter((part) => part.includes('**'))
  if (wide.length > 1 || wide.some((part) => part !== '**'))
    throw badRequest('a pattern of repositories can hold ** once, as a whole part between slashes')
  if (text.replace('**', '').split('*').length - 1 > MAX_PATTERN_STARS)
    throw badRequest(`a pattern of repositories can hold at most ${MAX_PATTERN_STARS} stars beside its **`)
  return { parts, glob: compileGlob(text) }
}
