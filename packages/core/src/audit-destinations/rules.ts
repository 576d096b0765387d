import type { Destination, DestinationState } from './model.ts'

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 300_000

/** Doubles with each failure in a row up to five minutes; `random` from 0 to 1 takes up to half of it off. */
export const backoffMs = (failures: number, random: number): number =>
  Math.round(Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures - 1, 20), LONGEST_WAIT_MS) * (1 - random / 2))

/** How much may wait for a receiver before a purge no longer spares it. */
export interface SpoolLimit {
  lines: number
  ageMs: number
}

export interface Backlog {
  lines: number
  /** Of the oldest line that waits. */
  oldestAt: Date | null
}

export const exceeds = ({ lines, oldestAt }: Backlog, limit: SpoolLimit, nowMs: number): boolean =>
  lines > limit.lines || (oldestAt !== null && nowMs - oldestAt.getTime() > limit.ageMs)

const LOSS_SHOWN_MS = 24 * 3_600_000

export function stateOf(
  destination: Pick<Destination, 'enabled' | 'failures' | 'lostAt'>,
  backlog: Backlog,
  limit: SpoolLimit,
  nowMs: number,
): DestinationState {
  if (!destination.enabled) return 'disabled'
  const { lostAt } = destination
  if (exceeds(backlog, limit, nowMs) || (lostAt && nowMs - lostAt.getTime() < LOSS_SHOWN_MS)) return 'losing'
  if (destination.failures > 0) return 'retrying'
  return backlog.lines > 0 ? 'sending' : 'current'
}
