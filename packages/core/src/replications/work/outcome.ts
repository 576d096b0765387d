import { InvalidReferenceError, ManifestError, RateLimitedError, RegistryError } from '@berth/registry-client'
import { isUnavailable } from '../../context/index.ts'
import { DomainError } from '../../errors/index.ts'
import { plainText } from '../../plain-text/index.ts'
import { isSpoilt, mayPass } from '../sites/index.ts'
import { DOUBTED_AFTER } from './lanes.ts'
import type { Transfer } from './model.ts'

const MAX_ATTEMPTS = 5
/** What was spoilt as often was spoilt by no line. */
const SPOILT = 2
const FIRST_DELAY_MS = 5_000
const PAUSE_MS = { first: 10_000, most: 10 * 60_000 }
/** Nobody is left alone for longer, whatever it asks for: then it is asked again. */
const MAX_ASKED_MS = 60 * 60_000
/** Where nothing has gone through for so long a run gives up: somebody waits for its end. */
export const PATIENCE_MS = 60 * 60_000
/** So long no failure of the registry alone is counted: of what an event told of, and of a run. */
const OUTAGE_MS = { news: 24 * 60 * 60_000, run: PATIENCE_MS }
/** Who says nothing is known as silent within two or three minutes: an attempt that took longer got somewhere. */
const BUSY_MS = 5 * 60_000
/** Failures in a row of a registry before it is left alone for a while. */
const PAUSED_AFTER = 3

/** Whether the same may go well later. */
export const mayPassLater = (error: unknown): boolean =>
  mayPass(error) ||
  isUnavailable(error) ||
  (error instanceof DomainError && (error.code === 'UNAVAILABLE' || error.code === 'TOO_MANY_REQUEST'))

/** What a registry, a project or a name itself refused, and no failure of ours. */
export const isExplained = (error: unknown): error is Error =>
  error instanceof RegistryError ||
  error instanceof DomainError ||
  error instanceof ManifestError ||
  error instanceof InvalidReferenceError

/** Why something failed, for an administrator: one sentence, with the other side's own words where it had some. */
export function sentenceOf(error: unknown, policyName: string): string {
  if (error instanceof RegistryError) {
    const words = error.detail ? `: ${plainText(error.detail, 300)}` : ''
    return `${error.message}${words} (${error.code})`
  }
  if (isExplained(error)) return error.message
  if (isUnavailable(error)) return 'the database did not answer'
  return `Berth itself failed at ${policyName}; its log says why`
}

export type Next = { again: true; delayMs: number } | { again: false }

/** Failures of a transfer. A line that breaks says nothing of what was sent over it, so each kind has an end of its own. */
export interface Failures {
  all: number
  /** Of them, those of what may have been spoilt on the way. */
  spoilt: number
}

/** What a failure adds. */
export const withFailure = (before: Failures, error: unknown): Failures => ({
  all: before.all + 1,
  spoilt: before.spoilt + (isSpoilt(error) ? 1 : 0),
})

/** What follows from a failure; `failures`: with this one, `tries`: where not all of them count as failures. */
export function nextAfter(
  error: unknown,
  { all, spoilt }: Failures,
  random: number,
  tries: number = all,
): Next {
  if (spoilt >= SPOILT || all - spoilt >= MAX_ATTEMPTS) return { again: false }
  // What nobody refused is ours, and may be mended by the next version as well as by time.
  if (isExplained(error) && !mayPassLater(error) && !isSpoilt(error)) return { again: false }
  const growing = Math.min(Math.max(tries, 1), MAX_ATTEMPTS) - 1
  const delayMs = FIRST_DELAY_MS * 4 ** growing * (0.5 + random / 2)
  return { again: true, delayMs: Math.max(delayMs, askedMs(error)) }
}

/** What a registry asked for itself. */
export const askedMs = (error: unknown): number => {
  if (error instanceof RegistryError) return Math.min(error.retryAfterMs ?? 0, MAX_ASKED_MS)
  return error instanceof DomainError ? (error.retryAfterSeconds ?? 0) * 1_000 : 0
}

/**
 * Whether a failure says something of the registry only, and nothing of what failed there: it is not counted. Who asks for
 * patience is not away; of one that is, a run tells soon, while nothing else would bring what follows an event.
 *
 * @param transfer.createdAt or when it was retried by hand
 */
export const isOutage = (
  transfer: Pick<Transfer, 'kind' | 'createdAt'>,
  registry: { failuresInRow: number; isPaused: boolean },
  error: unknown,
  nowMs: number,
): boolean => {
  if (!hasPatience(transfer, nowMs)) return false
  const isAway = registry.isPaused || registry.failuresInRow >= DOUBTED_AFTER
  return error instanceof RateLimitedError || (isNews(transfer) && isAway)
}

const isNews = ({ kind }: Pick<Transfer, 'kind'>): boolean => kind === 'follow' || kind === 'withdraw'

/** Whether it may go on waiting for one of the two registries to come back, without an attempt that counts. */
export const hasPatience = (transfer: Pick<Transfer, 'kind' | 'createdAt'>, nowMs: number): boolean =>
  nowMs - transfer.createdAt.getTime() < OUTAGE_MS[isNews(transfer) ? 'news' : 'run']

/** Whether a registry was worked with for so long, until an attempt failed, that it was not away. */
export const wasBusy = (attemptMs: number): boolean => attemptMs >= BUSY_MS

/** How long a registry is left alone by all workers after a failure of what may pass; 0: not at all. */
export function pauseAfter(error: unknown, failuresInRow: number, random: number): number {
  const asked = error instanceof RegistryError ? askedMs(error) : 0
  const first = error instanceof RateLimitedError ? 1 : PAUSED_AFTER
  if (failuresInRow < first) return asked
  const doubled = PAUSE_MS.first * 2 ** Math.min(failuresInRow - first, 20)
  return Math.max(asked, Math.min(doubled, PAUSE_MS.most) * (0.5 + random / 2))
}
