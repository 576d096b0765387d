import { LockTimeoutError, marks, numbered, type Tx } from '@berth/db'
import { parseDigest, parseRepositoryName, parseTag } from '@berth/registry-client'
import type { Core } from '../context/index.ts'
import { type Columns, type ListQuery, limit, orderBy, where } from '../list-query/index.ts'
import type { ListedEvent, ManifestEvent, StoredEvent } from './model.ts'

const LOCK_WAIT_MS = 1_000

/** Runs `work` while no other node does; undefined when one is at it. */
export async function withInbox<T>(core: Core, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await core.db.lock('registry-events', work, LOCK_WAIT_MS)
  } catch (error) {
    if (error instanceof LockTimeoutError) return undefined
    throw error
  }
}

/** Events that are in the inbox already stay as they are. Gives how many are new. */
export async function insertEvents(core: Core, events: readonly ManifestEvent[], now: Date): Promise<number> {
  // In one order, so that the same envelope told twice at once waits for itself instead of blocking itself.
  const data = [...events]
    .sort((a, b) => (a.eventId < b.eventId ? -1 : 1))
    .map((event) => ({
      ...event,
      digest: event.digest ?? null,
      tag: event.tag ?? null,
      receivedAt: now,
      dueAt: now,
    }))
  const { count } = await core.db.transaction((tx) =>
    tx.registryEvent.createMany({ data, skipDuplicates: true }),
  )
  return count
}

interface EventRow extends Record<string, unknown> {
  id: number
  event_id: string
  action: StoredEvent['action']
  repository: string
  digest: string | null
  tag: string | null
  actor: string
  at: Date
  attempts: number
}

/** What is to be done now, at most `limit`, the longest due first. */
export async function readDue(core: Core, now: Date, limit: number): Promise<StoredEvent[]> {
  const rows = await core.db.query<EventRow>(
    `SELECT id, event_id, action, repository, digest, tag, actor, at, attempts FROM registry_events
      WHERE due_at <= ? ORDER BY due_at, id LIMIT ?`,
    [now, limit],
  )
  return rows
    .map((row) => ({
      id: row.id,
      eventId: row.event_id,
      action: row.action,
      repository: parseRepositoryName(row.repository),
      digest: row.digest === null ? undefined : parseDigest(row.digest),
      tag: row.tag === null ? undefined : parseTag(row.tag),
      actor: row.actor,
      at: row.at,
      attempts: row.attempts,
    }))
    .sort((a, b) => a.id - b.id)
}

/** When something will be due; undefined when nothing waits. */
export async function nextDue(core: Core): Promise<Date | undefined> {
  const [row] = await core.db.query<{ due_at: Date | null }>(
    'SELECT MIN(due_at) AS due_at FROM registry_events WHERE due_at IS NOT NULL',
  )
  return row?.due_at ?? undefined
}

export async function markDone(core: Core, ids: readonly number[], now: Date): Promise<void> {
  if (ids.length === 0) return
  await core.db.query(
    `UPDATE registry_events SET processed_at = ?, due_at = NULL, attempts = attempts + 1
      WHERE id IN (${marks(ids)}) AND processed_at IS NULL`,
    [now, ...ids],
  )
}

/** Marks as done those of the events that nobody has done yet, and gives their ids; other nodes wait meanwhile. */
export async function takeUndone(
  core: Core,
  tx: Tx,
  ids: readonly number[],
  now: Date,
): Promise<Set<number>> {
  const rows = await tx.$queryRawUnsafe<{ id: bigint | number }[]>(
    numbered(
      core.db.provider,
      `SELECT id FROM registry_events WHERE id IN (${marks(ids)}) AND processed_at IS NULL ORDER BY id FOR UPDATE`,
    ),
    ...ids,
  )
  const taken = rows.map(({ id }) => Number(id))
  await tx.registryEvent.updateMany({
    where: { id: { in: taken } },
    data: { processedAt: now, dueAt: null, attempts: { increment: 1 } },
  })
  return new Set(taken)
}

/** `dueAt` undefined: it is given up. */
export async function markFailed(
  core: Core,
  id: number,
  outcome: { error: string; attempts: number; dueAt: Date | undefined },
): Promise<void> {
  await core.db.query(
    'UPDATE registry_events SET error = ?, attempts = ?, due_at = ? WHERE id = ? AND processed_at IS NULL',
    [outcome.error, outcome.attempts, outcome.dueAt ?? null, id],
  )
}

/** Due now, as if it had never been tried. */
export async function makeDue(tx: Tx, id: number, now: Date): Promise<'due' | 'done' | 'missing'> {
  const { count } = await tx.registryEvent.updateMany({
    where: { id, processedAt: null },
    data: { dueAt: now, attempts: 0 },
  })
  if (count > 0) return 'due'
  return (await tx.registryEvent.count({ where: { id } })) > 0 ? 'done' : 'missing'
}

export async function postpone(core: Core, ids: readonly number[], dueAt: Date): Promise<void> {
  if (ids.length === 0) return
  await core.db.query(
    `UPDATE registry_events SET due_at = ? WHERE id IN (${marks(ids)}) AND processed_at IS NULL`,
    [dueAt, ...ids],
  )
}

/** Removes what was done before `doneBefore` and what was given up and came before `givenUpBefore`; gives how many. */
export async function removeEvents(core: Core, doneBefore: Date, givenUpBefore: Date): Promise<number> {
  const { registryEvent } = core.db.prisma
  const done = await registryEvent.deleteMany({ where: { processedAt: { lt: doneBefore } } })
  const givenUp = await registryEvent.deleteMany({
    where: { processedAt: null, dueAt: null, receivedAt: { lt: givenUpBefore } },
  })
  return done.count + givenUp.count
}

const STATUS = `CASE WHEN processed_at IS NOT NULL THEN 'done' WHEN due_at IS NULL THEN 'given up'
  WHEN error IS NOT NULL THEN 'failing' ELSE 'waiting' END`

/** What `q` and `sort` may name. */
const columns: Columns = {
  id: { sql: 'id', type: 'integer' },
  action: { sql: 'action', type: 'text' },
  repository: { sql: 'repository', type: 'text', lowerCase: true },
  digest: { sql: 'digest', type: 'text', lowerCase: true },
  tag: { sql: 'tag', type: 'text' },
  actor: { sql: 'actor', type: 'text' },
  status: { sql: STATUS, type: 'text', sortable: false },
  attempts: { sql: 'attempts', type: 'integer' },
  at: { sql: 'at', type: 'time' },
  received_at: { sql: 'received_at', type: 'time' },
}

type ListedRow = EventRow & {
  status: ListedEvent['status']
  error: string | null
  received_at: Date
  due_at: Date | null
  processed_at: Date | null
}

export async function readEvents(
  core: Core,
  query: ListQuery,
): Promise<{ items: ListedEvent[]; total: number }> {
  const conditions = where(columns, query.filters, core.db.provider)
  const page = limit(query)
  const [rows, counted] = await Promise.all([
    core.db.query<ListedRow>(
      `SELECT id, event_id, action, repository, digest, tag, actor, ${STATUS} AS status, attempts, error, at,
              received_at, due_at, processed_at
         FROM registry_events WHERE ${conditions.sql}${orderBy(columns, query.sort, 'id DESC', 'id')}${page.sql}`,
      [...conditions.params, ...page.params],
    ),
    core.db.query<{ total: number }>(
      `SELECT COUNT(*) AS total FROM registry_events WHERE ${conditions.sql}`,
      conditions.params,
    ),
  ])
  const items = rows.map(({ event_id, received_at, due_at, processed_at, ...same }) => ({
    ...same,
    eventId: event_id,
    receivedAt: received_at,
    dueAt: due_at,
    processedAt: processed_at,
  }))
  return { items, total: counted[0]?.total ?? 0 }
}
