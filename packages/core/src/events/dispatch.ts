import type { Core } from '../context/index.ts'
import { plainText } from '../plain-text/index.ts'
import { type EventType, MAX_ATTEMPTS, type OutboxEvent } from './model.ts'
import {
  claimEvents,
  claimFailure,
  type EventTransaction,
  type Failure,
  heldKey,
  isOfTheDatabase,
  isOutOfTime,
  markFailed,
  putAside,
  readDueHeads,
  readHeldSubjects,
  readOldest,
  removeFailures,
  withOutbox,
} from './store.ts'

/** Somebody who wants to know what changed. */
export interface Subscriber {
  /** Stands in rows, so that it is never given another meaning. */
  name: string
  types: readonly EventType[] | 'all'
  /**
   * Writes rows of its own in the transaction that removes the events, and does nothing else: what then has to be done
   * is a job's business. Runs again when the transaction does; may get an event twice, never two of a subject in
   * another order than they happened.
   */
  take(core: Core, tx: EventTransaction, events: readonly OutboxEvent[]): Promise<void>
}

/** A subscriber that could not take an event. */
export interface FailedEvent {
  subscriber: string
  eventId: number
  type: EventType
  attempts: number
  error: unknown
  givenUp: boolean
  /** The time of its transaction was up. */
  outOfTime: boolean
}

export interface Dispatched {
  /** Events that left the outbox. */
  taken: number
  /** Events that were put aside for one of the subscribers, to be tried alone. */
  putAside: number
  failed: FailedEvent[]
}

const AT_ONCE = 200
// After each batch, so that what was put aside is tried again however much happens, and what happens is told all the same.
const RETRIES_AT_ONCE = 50
// So many single events that a subscriber cannot take are looked for in a batch; then the rest of it waits for it as well.
const MAX_CULPRITS = 3
const FIRST_DELAY_MS = 2_000
const MAX_DELAY_MS = 5 * 60_000
// Of an event that a transaction was too short for; it keeps all others waiting for as long as that takes.
const OUT_OF_TIME_DELAY_MS = 60_000
const MAX_ERROR_LENGTH = 500

/**
 * Tells every subscriber what has happened since the last time, on one node at a time, until the outbox is empty or
 * `signal` is aborted. An event is removed in the transaction in which everybody took it: at least once, in order per
 * subject. A batch that a subscriber cannot take is halved until it can; the event that it still cannot take is put aside
 * for it and tried again alone, with what comes after it of the same subject; the others go on.
 *
 * @returns undefined when another node is at it
 * @throws errors of the database
 */
export const dispatchEvents = (
  core: Core,
  subscribers: readonly Subscriber[],
  signal?: AbortSignal,
): Promise<Dispatched | undefined> =>
  withOutbox(core, async () => {
    const dispatched: Dispatched = { taken: 0, putAside: 0, failed: [] }
    while (!signal?.aborted) {
      const events = await readOldest(core, AT_ONCE)
      if (events.length > 0) await tellAll(core, subscribers, events, dispatched, new Map())
      const isMore = await retry(core, subscribers, dispatched, signal)
      if (events.length < AT_ONCE && !isMore) break
    }
    return dispatched
  })

/** The error of one subscriber, so that the others can go on without it. */
class SubscriberError extends Error {
  readonly subscriber: string

  constructor(subscriber: string, cause: unknown) {
    super(`the subscriber ${subscriber} failed`, { cause })
    this.subscriber = subscriber
  }
}

const wants = ({ types }: Subscriber, event: OutboxEvent): boolean =>
  types === 'all' || types.includes(event.type)

async function tellAll(
  core: Core,
  subscribers: readonly Subscriber[],
  events: readonly OutboxEvent[],
  dispatched: Dispatched,
  culprits: Map<string, number>,
): Promise<void> {
  const failing = new Set<string>()
  // For each part anew: what was put aside of the one before holds up what follows it.
  const held = await readHeldSubjects(core)
  // Each round leaves out one more, or goes on with halves: it ends.
  for (;;) {
    const asked: Asked = {}
    try {
      const { taken, aside } = await core.db.transaction((tx) =>
        tell(
          core,
          tx,
          subscribers,
          events,
          (subscriber, { subject }) =>
            failing.has(subscriber.name) || held.has(heldKey(subscriber.name, subject)),
          asked,
        ),
      )
      dispatched.taken += taken
      dispatched.putAside += aside
      return
    } catch (error) {
      const subscriber = blamed(error, asked)
      if (subscriber === undefined) throw error
      const found = culprits.get(subscriber) ?? 0
      if (events.length > 1 && found < MAX_CULPRITS) {
        const half = Math.ceil(events.length / 2)
        for (const part of [events.slice(0, half), events.slice(half)])
          await tellAll(core, subscribers, part, dispatched, culprits)
        return
      }
      culprits.set(subscriber, found + 1)
      failing.add(subscriber)
    }
  }
}

/** Whose turn it was last. */
interface Asked {
  subscriber?: string
}

/**
 * The subscriber that a part failed with: the one that threw, or the one at work when the transaction's time was up,
 * which may be right with fewer events. Undefined where nobody had begun: that is the database's trouble.
 */
function blamed(error: unknown, asked: Asked): string | undefined {
  if (error instanceof SubscriberError) return error.subscriber
  return isOutOfTime(error) ? asked.subscriber : undefined
}

async function tell(
  core: Core,
  tx: EventTransaction,
  subscribers: readonly Subscriber[],
  events: readonly OutboxEvent[],
  isAside: (subscriber: Subscriber, event: OutboxEvent) => boolean,
  asked: Asked,
): Promise<{ taken: number; aside: number }> {
  const claimed = await claimEvents(
    core,
    tx,
    events.map(({ id }) => id),
  )
  let aside = 0
  for (const subscriber of subscribers) {
    asked.subscriber = subscriber.name
    const wanted = events.filter((event) => claimed.has(event.id) && wants(subscriber, event))
    const later = wanted.filter((event) => isAside(subscriber, event))
    const now = wanted.filter((event) => !later.includes(event))
    if (later.length > 0) await putAside(tx, subscriber.name, later, new Date(core.now()))
    if (now.length > 0) await take(core, tx, subscriber, now)
    aside += later.length
  }
  return { taken: claimed.size, aside }
}

async function take(
  core: Core,
  tx: EventTransaction,
  subscriber: Subscriber,
  events: readonly OutboxEvent[],
): Promise<void> {
  try {
    await subscriber.take(core, tx, events)
  } catch (error) {
    // Without a database nobody can take anything, and after a deadlock everything is done again.
    throw isOfTheDatabase(error) ? error : new SubscriberError(subscriber.name, error)
  }
}

/** Some of what was put aside, each alone, the oldest of every subject first. Gives whether there may be more. */
async function retry(
  core: Core,
  subscribers: readonly Subscriber[],
  dispatched: Dispatched,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const byName = new Map(subscribers.map((subscriber) => [subscriber.name, subscriber]))
  const heads = await readDueHeads(core, [...byName.keys()], new Date(core.now()), RETRIES_AT_ONCE)
  for (const head of heads) {
    if (signal?.aborted) return false
    const failed = await retryOne(core, byName.get(head.subscriber)!, head)
    if (!failed) continue
    dispatched.failed.push(failed)
    // The next would wait as long: what has just happened goes first.
    if (failed.outOfTime) return false
  }
  // Behind each that was taken the next of its subject may be due now.
  return heads.length > 0
}

async function retryOne(
  core: Core,
  subscriber: Subscriber,
  { failureId, attempts: before, subscriber: _, ...event }: Failure,
): Promise<FailedEvent | undefined> {
  const asked: Asked = {}
  try {
    await core.db.transaction(async (tx) => {
      if (!(await claimFailure(tx, failureId))) return
      asked.subscriber = subscriber.name
      await take(core, tx, subscriber, [event])
    })
    return undefined
  } catch (error) {
    if (blamed(error, asked) === undefined) throw error
    const outOfTime = !(error instanceof SubscriberError)
    const reason = outOfTime ? error : error.cause
    // Whether it is too much at once or the database is slow nobody can tell: for that alone nothing is given up.
    const attempts = outOfTime ? before : before + 1
    const givenUp = attempts >= MAX_ATTEMPTS
    const now = core.now()
    const delayMs = outOfTime ? OUT_OF_TIME_DELAY_MS : Math.min(FIRST_DELAY_MS * 2 ** before, MAX_DELAY_MS)
    await markFailed(core, failureId, {
      attempts,
      error: inWords(reason),
      now: new Date(now),
      dueAt: givenUp ? undefined : new Date(now + delayMs),
    })
    const { name } = subscriber
    return {
      subscriber: name,
      eventId: event.id,
      type: event.type,
      attempts,
      error: reason,
      givenUp,
      outOfTime,
    }
  }
}

const KEEP_GIVEN_UP_MS = 90 * 24 * 3_600_000

/** Forgets what was given up a season ago, and what subscribers that are no more left. Gives how many. */
export const purgeEventFailures = (core: Core, subscribers: readonly Subscriber[]): Promise<number> =>
  removeFailures(
    core,
    subscribers.map(({ name }) => name),
    new Date(core.now() - KEEP_GIVEN_UP_MS),
  )

const inWords = (error: unknown): string =>
  plainText(error instanceof Error ? error.message : String(error), MAX_ERROR_LENGTH)
