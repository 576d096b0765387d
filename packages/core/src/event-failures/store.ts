import type { Tx } from '@berth/db'
import type { Core } from '../context/index.ts'
import { type ListQuery, orderBy, type Page, readPage, where } from '../list-query/index.ts'
import { type EventFailure, failureColumns } from './model.ts'

interface Row extends Record<string, unknown> {
  id: number
  subscriber: string
  type: EventFailure['type']
  subject: string
  project_id: number | null
  at: Date
  actor_name: string
  request_id: string
  attempts: number
  error: string
  failed_at: Date
  due_at: Date | null
}

const MAX_ROWS = 1_000

/** The newest first. */
export async function readFailures(core: Core, query: ListQuery): Promise<Page<EventFailure>> {
  const parts = {
    columns:
      'id, subscriber, type, subject, project_id, at, actor_name, request_id, attempts, error, failed_at, due_at',
    from: 'event_failures',
    condition: where(failureColumns, query.filters, core.db.provider),
    order: orderBy(failureColumns, query.sort, 'id DESC', 'id'),
  }
  const range = query.pageSize === 0 ? { page: 1, pageSize: MAX_ROWS } : query
  const { rows, total } = await readPage<Row>(core.db, parts, range)
  const items = rows.map(({ project_id, actor_name, request_id, failed_at, due_at, ...same }) => ({
    ...same,
    projectId: project_id,
    actorName: actor_name,
    requestId: request_id,
    failedAt: failed_at,
    dueAt: due_at,
  }))
  return { items, total }
}

export interface FailureName {
  subscriber: string
  subject: string
  type: string
  projectId: number | null
}

/** Undefined: there is none. The row is held until the transaction ends. */
export async function lockFailure(tx: Tx, id: number): Promise<FailureName | undefined> {
  const rows = await tx.$queryRaw<unknown[]>`SELECT id FROM event_failures WHERE id = ${id} FOR UPDATE`
  if (rows.length === 0) return undefined
  const select = { subscriber: true, subject: true, type: true, projectId: true }
  return (await tx.eventFailure.findUnique({ where: { id }, select })) ?? undefined
}

/** Due now, as if it had never been tried. */
export const makeDue = (tx: Tx, id: number, now: Date) =>
  tx.eventFailure.updateMany({ where: { id }, data: { dueAt: now, attempts: 0 } })

export const removeFailure = (tx: Tx, id: number) => tx.eventFailure.deleteMany({ where: { id } })
