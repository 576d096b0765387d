import type { Core } from '../context/index.ts'
import type { NewEvent } from './model.ts'
import { type EventTransaction, insertEvents, readCounts, readOldestAt } from './store.ts'

/**
 * Puts events into the outbox, in the transaction of what they tell of. A change that is recorded has its event from
 * `record` of core/audit; this is for what is no line of the log.
 */
export const raise = (tx: EventTransaction, ...events: readonly NewEvent[]): Promise<void> =>
  events.length > 0 ? insertEvents(tx, events) : Promise.resolve()

/** How far the telling is behind. */
export interface OutboxState {
  waiting: number
  /** Of the first that waits; undefined when nothing does. */
  oldestAt: Date | undefined
  /** Put aside for a subscriber and tried again. */
  retrying: number
  /** Put aside for a subscriber for good, until somebody looks. */
  givenUp: number
}

/** For metrics and health: a few queries over what waits. */
export const readOutbox = (core: Core): Promise<OutboxState> => readCounts(core)

/** How old the first event is that waits; 0 when none does. One look at the end of an index. */
export async function outboxLagMs(core: Core): Promise<number> {
  const oldestAt = await readOldestAt(core)
  return oldestAt ? Math.max(0, core.now() - oldestAt.getTime()) : 0
}
