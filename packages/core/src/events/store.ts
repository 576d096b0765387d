import {
  isOutOfTime,
  isRetryable,
  isUnavailable,
  LockTimeoutError,
  marks,
  numbered,
  type Tx,
} from '@berth/db'
import type { Core } from '../context/index.ts'
import type { NewEvent, OutboxEvent } from './model.ts'

/** A transaction in which events are written down or taken. */
export type EventTransaction = Tx

const LOCK_WAIT_MS = 50

/** Runs `work` while no other node does; undefined when one is at it. */
export async function withOutbox<T>(core: Core, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await core.db.lock('events', work, LOCK_WAIT_MS)
  } catch (error) {
    if (error instanceof LockTimeoutError) return undefined
    throw error
  }
}

const json = (payload: Record<string, unknown>) => payload as object

export async function insertEvents(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  await tx.event.createMany({ data: events.map((event) => ({ ...event, payload: json(event.payload) })) })
}

interface EventRow extends Record<string, unknown> {
  id: number
  at: Date
  type: OutboxEvent['type']
  project_id: number | null
  subject: string
  actor_kind: OutboxEvent['actorKind']
  actor_id: number | null
  actor_name: string
  request_id: string
  payload: Record<string, unknown>
}
const columns = 'at, type, project_id, subject, actor_kind, actor_id, actor_name, request_id, payload'

const toEvent = (row: EventRow): OutboxEvent => ({
  id: row.id,
  at: row.at,
  type: row.type,
  projectId: row.project_id,
  subject: row.subject,
  actorKind: row.actor_kind,
  actorId: row.actor_id,
  actorName: row.actor_name,
  requestId: row.request_id,
  payload: row.payload,
})

/** The oldest of those that are committed. */
export async function readOldest(core: Core, limit: number): Promise<OutboxEvent[]> {
  const sql = `SELECT id, ${columns} FROM events ORDER BY id LIMIT ?`
  return (await core.db.query<EventRow>(sql, [limit])).map(toEvent)
}

/**
 * Removes these in the transaction in which they are taken, and gives which of them were still there: whoever else has
 * them waits here, and then has none of them.
 */
export async function claimEvents(core: Core, tx: Tx, ids: readonly number[]): Promise<Set<number>> {
  const rows = await tx.$queryRawUnsafe<{ id: bigint | number }[]>(
    numbered(core.db.provider, `SELECT id FROM events WHERE id IN (${marks(ids)}) ORDER BY id FOR UPDATE`),
    ...ids,
  )
  const held = rows.map(({ id }) => Number(id))
  await tx.event.deleteMany({ where: { id: { in: held } } })
  return new Set(held)
}

export interface Failure extends OutboxEvent {
  subscriber: string
  /** The id of its own row. */
  failureId: number
  attempts: number
}

/** Puts events aside for one subscriber, due at once. */
export async function putAside(
  tx: Tx,
  subscriber: string,
  events: readonly OutboxEvent[],
  now: Date,
): Promise<void> {
  const data = events.map(({ id, ...event }) => ({
    ...event,
    payload: json(event.payload),
    subscriber,
    eventId: id,
    failedAt: now,
    dueAt: now,
  }))
  await tx.eventFailure.createMany({ data, skipDuplicates: true })
}

/** Subjects of which something was put aside and will be tried again, as `subscriber subject`. */
export async function readHeldSubjects(core: Core): Promise<Set<string>> {
  const rows = await core.db.query<{ subscriber: string; subject: string }>(
    'SELECT DISTINCT subscriber, subject FROM event_failures WHERE due_at IS NOT NULL',
  )
  return new Set(rows.map(({ subscriber, subject }) => heldKey(subscriber, subject)))
}

export const heldKey = (subscriber: string, subject: string): string => `${subscriber} ${subject}`

/** What is due and is the oldest of its subject, for those that take it. */
export async function readDueHeads(
  core: Core,
  subscribers: readonly string[],
  now: Date,
  limit: number,
): Promise<Failure[]> {
  if (subscribers.length === 0) return []
  const rows = await core.db.query<EventRow & { subscriber: string; event_id: number; attempts: number }>(
    `SELECT f.id, f.subscriber, f.event_id, f.attempts, ${columns
      .split(', ')
      .map((name) => `f.${name}`)
      .join(', ')}
       FROM event_failures f WHERE f.due_at <= ? AND f.subscriber IN (${marks(subscribers)})
        AND NOT EXISTS (SELECT 1 FROM event_failures e WHERE e.subscriber = f.subscriber
          AND e.subject = f.subject AND e.id < f.id AND e.due_at IS NOT NULL)
      ORDER BY f.due_at, f.id LIMIT ?`,
    [now, ...subscribers, limit],
  )
  return rows.map((row) => ({
    ...toEvent(row),
    id: row.event_id,
    failureId: row.id,
    subscriber: row.subscriber,
    attempts: row.attempts,
  }))
}

/** Removes it in the transaction in which it is taken. False: somebody else has. */
export async function claimFailure(tx: Tx, failureId: number): Promise<boolean> {
  return (await tx.eventFailure.deleteMany({ where: { id: failureId } })).count > 0
}

/** `dueAt` undefined: it is given up. */
export async function markFailed(
  core: Core,
  failureId: number,
  outcome: { attempts: number; error: string; now: Date; dueAt: Date | undefined },
): Promise<void> {
  await core.db.query(
    'UPDATE event_failures SET attempts = ?, error = ?, failed_at = ?, due_at = ? WHERE id = ?',
    [outcome.attempts, outcome.error, outcome.now, outcome.dueAt ?? null, failureId],
  )
}

/** Of subscribers that are no more, and what was given up before. Gives how many. */
export async function removeFailures(
  core: Core,
  subscribers: readonly string[],
  givenUpBefore: Date,
): Promise<number> {
  const { eventFailure } = core.db.prisma
  const orphans = await eventFailure.deleteMany({ where: { subscriber: { notIn: [...subscribers] } } })
  const old = await eventFailure.deleteMany({ where: { dueAt: null, failedAt: { lt: givenUpBefore } } })
  return orphans.count + old.count
}

/** The database's own trouble, not that of whoever uses it. */
export const isOfTheDatabase = (error: unknown): boolean => isUnavailable(error) || isRetryable(error)

export { isOutOfTime }

/** For metrics: asked every few seconds at most. */
export async function readOldestAt(core: Core): Promise<Date | undefined> {
  const [oldest] = await core.db.query<{ at: Date }>('SELECT at FROM events ORDER BY id LIMIT 1')
  return oldest?.at
}

export async function readCounts(core: Core) {
  const [[waiting], oldestAt, aside] = await Promise.all([
    core.db.query<{ total: number }>('SELECT COUNT(*) AS total FROM events'),
    readOldestAt(core),
    core.db.query<{ total: number; given_up: number }>(
      `SELECT COUNT(*) AS total, SUM(CASE WHEN due_at IS NULL THEN 1 ELSE 0 END) AS given_up FROM event_failures`,
    ),
  ])
  const givenUp = Number(aside[0]?.given_up ?? 0)
  return {
    waiting: Number(waiting?.total ?? 0),
    oldestAt,
    retrying: Number(aside[0]?.total ?? 0) - givenUp,
    givenUp,
  }
}
