import { createContext, Script } from 'node:vm'
import { groupExpression } from '../../configurations/index.ts'
import { DomainError } from '../../errors/index.ts'
import { type Profile, parseProfile } from '../../users/index.ts'
import { ProviderError } from './failure.ts'
import type { Claims } from './id-token.ts'
import type { OidcSettings } from './settings.ts'

/** What Berth takes from a person's claims. */
export interface Identity {
  /** As the provider would call the person here; may be anything, and anybody's. */
  suggestedName: string
  email: string
  realname: string
  groups: readonly string[]
  admin: boolean
}

const MAX_GROUPS = 1_000
const MAX_GROUP_LENGTH = 255
/** For all groups of a person together: an expression that takes longer is one that never ends. */
const FILTER_TIMEOUT_MS = 200

/** @throws ProviderError misconfigured, when the group filter takes too long */
export function toIdentity(settings: OidcSettings, claims: Claims): Identity {
  const claimed = settings.groupsClaim === '' ? [] : groupsIn(claimAt(claims, settings.groupsClaim))
  return {
    suggestedName: text(
      settings.userClaim === '' ? claims.preferred_username : claimAt(claims, settings.userClaim),
    ),
    email: claims.email_verified === false ? '' : usable('email', claims.email),
    realname: usable('realname', claims.name),
    groups: filtered(settings.groupFilter, claimed),
    // Named by an administrator, so that the filter need not let it through.
    admin: settings.adminGroup !== '' && claimed.includes(settings.adminGroup),
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 255) : '')

/** As people here may be called; a wrong address or name is left out rather than keeping somebody out. */
function usable(part: keyof Profile, claim: unknown): string {
  try {
    return parseProfile({ [part]: text(claim) })[part] ?? ''
  } catch (error) {
    if (error instanceof DomainError) return ''
    throw error
  }
}

/** By its whole name, else step by step: `realm_access.roles`. */
function claimAt(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let value: unknown = claims
  for (const step of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Record<string, unknown>)[step]
  }
  return value
}

/** What is no name of a group is left out, and a list that is missing holds none. */
function groupsIn(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value]
  const names = list.filter(
    (name): name is string =>
      typeof name === 'string' &&
      name !== '' &&
      name.length <= MAX_GROUP_LENGTH &&
      name.isWellFormed() &&
      !name.includes('\0'),
  )
  return [...new Set(names)].slice(0, MAX_GROUPS)
}

const filter = new Script('names.filter((name) => expression.test(name))')

/** Expressions may take exponential time, and names come from outside: a script with a deadline can be ended. */
function filtered(expression: string, names: string[]): string[] {
  if (expression === '' || names.length === 0) return names
  const context = createContext({ names, expression: groupExpression(expression) })
  try {
    return [...filter.runInContext(context, { timeout: FILTER_TIMEOUT_MS })]
  } catch (cause) {
    throw new ProviderError(
      'misconfigured',
      'the group filter takes too long for the groups of this person',
      {
        cause,
      },
    )
  }
}
