import { type LimitScope, limitScopes } from '../authorization/index.ts'
import { badRequest } from '../errors/index.ts'

/** A personal access token as its owner sees it: never with the secret. */
export interface AccessToken {
  id: number
  name: string
  scopes: LimitScope[]
  /** Names of the projects it is for; `all` for every project the person has, now or later. */
  projects: 'all' | string[]
  /** Null: never. */
  expiresAt: Date | null
  /** To half a minute, a few seconds late. */
  lastUsedAt: Date | null
  createdAt: Date
}

export interface NewAccessToken {
  name?: string
  scopes?: readonly string[]
  /** Names; absent for all. */
  projects?: readonly string[]
  /** From now; 90 when absent, -1 for ever. */
  durationDays?: number
}

/** A person with more than these has lost sight of them. */
export const MAX_TOKENS = 50
export const MAX_PROJECTS = 100
export const FOR_EVER = -1
export const DEFAULT_DAYS = 90
const MAX_DAYS = 3_650
const MAX_NAME_LENGTH = 64
export const DAY_MS = 86_400_000

/** @throws DomainError BAD_REQUEST */
export function parseName(value: string | undefined): string {
  const name = (value ?? '').normalize('NFC').trim()
  if (name === '' || name.length > MAX_NAME_LENGTH || /[\p{C}\p{Zl}\p{Zp}]/u.test(name))
    throw badRequest(`the name of a token must be readable and have 1 to ${MAX_NAME_LENGTH} characters`)
  return name
}

/** In the order of the code, each once. @throws DomainError BAD_REQUEST */
export function parseScopes(words: readonly string[] | undefined): LimitScope[] {
  const unknown = words?.find((word) => !limitScopes.includes(word as LimitScope))
  if (!words || words.length === 0 || unknown !== undefined)
    throw badRequest(`a token has one or more of the scopes ${limitScopes.join(', ')}`)
  return limitScopes.filter((scope) => words.includes(scope))
}

/** @throws DomainError BAD_REQUEST */
export function parseDuration(days: number): number {
  if (Number.isInteger(days) && (days === FOR_EVER || (days >= 1 && days <= MAX_DAYS))) return days
  throw badRequest(`the duration must be -1 (for ever) or from 1 to ${MAX_DAYS} days`)
}
