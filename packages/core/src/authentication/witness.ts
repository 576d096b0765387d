import { recordGathered, recordRepeated } from '../audit/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError, type ErrorCode } from '../errors/index.ts'
import type { Credentials } from './attempts.ts'

// One line a day for an account at a network with one kind of credential, on this node: `docker` signs in with every pull.
const SEEN_MS = 24 * 60 * 60_000
const seen = (core: Core) => core.cache<true>('authentication.seen', SEEN_MS, 20_000)

export interface Witnessed {
  kind: 'user' | 'robot'
  /** How they prove who they are, as lines of the log say it. */
  credential: string
  /** As `networkOf` tells it. */
  network: string
  /** Why it was refused, once it was, as far as somebody said so. */
  why?: () => Record<string, unknown> | undefined
}

/**
 * A sign-in that was right gets a line before it counts, unless it says itself what it leads to. What is remembered of
 * an earlier one never comes here.
 */
export async function witnessSuccess(
  core: Core,
  { username, quiet }: Credentials,
  { kind, network, ...checked }: Witnessed,
  facts: { id: number; username?: string; authSource?: string; secondFactor?: boolean },
): Promise<void> {
  // With a second factor the password alone is no sign-in.
  if (quiet || facts.secondFactor) return
  // People of a provider have no password here: it was their secret for tools.
  const isCliSecret = facts.authSource === 'oidc' && checked.credential === 'password'
  const credential = isCliSecret ? 'cli-secret' : checked.credential
  const key = JSON.stringify([kind, facts.id, credential, network])
  if (seen(core).peek(key)) return
  const name = facts.username ?? username
  const actor =
    kind === 'user'
      ? ({ kind, id: facts.id, username: name, via: 'password' } as const)
      : ({ kind, id: facts.id, name } as const)
  const event = { resourceType: kind, action: 'login' } as const
  await recordGathered(core, { ...event, actor, credential, resource: name })
  seen(core).set(key, true)
}

/** By the code of what was thrown; other errors say nothing about a guess. */
const outcomes: Partial<
  Record<ErrorCode, { action: 'login' | 'lock'; result: 'refused' | 'failed'; reason?: true }>
> = {
  UNAUTHORIZED: { action: 'login', result: 'refused' },
  // The password was right, and there is no way in.
  FORBIDDEN: { action: 'login', result: 'refused', reason: true },
  TOO_MANY_REQUEST: { action: 'lock', result: 'refused' },
  // The directory gives no verdict.
  UNAVAILABLE: { action: 'login', result: 'failed', reason: true },
}

/** Passes the verdict on. A wrong guess, and one that was not even looked at, get a line under the name that was tried. */
export async function witnessRefusal<T>(
  core: Core,
  { username }: Credentials,
  { kind, credential, network, why }: Witnessed,
  verdict: Promise<T>,
): Promise<T> {
  try {
    return await verdict
  } catch (error) {
    const outcome = error instanceof DomainError ? outcomes[error.code] : undefined
    const reason = outcome?.reason && { reason: (error as DomainError).message }
    const detail = why?.() ? { ...reason, ...why() } : reason
    if (outcome)
      await recordRepeated(
        core,
        {
          resourceType: kind,
          action: outcome.action,
          actor: { kind: 'anonymous' },
          actorName: username,
          credential,
          resource: username,
          result: outcome.result,
          ...(detail && { detail }),
        },
        { subject: username, network },
      )
    throw error
  }
}
