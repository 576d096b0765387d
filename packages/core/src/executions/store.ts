import { randomUUID } from 'node:crypto'
import { marks, type Tx } from '@berth/db'
import type { Core } from '../context/index.ts'
import { and, type ListQuery, orderBy, type Page, readPage, where } from '../list-query/index.ts'
import {
  type Execution,
  type ExecutionStatus,
  type ExecutionTrigger,
  type ExtraAttrs,
  executionColumns,
  type NewExecution,
  type Note,
  SKIPPED,
  type Task,
  type TaskStatus,
  taskColumns,
  type VendorType,
} from './model.ts'
import { noTasks } from './rules.ts'

/** A database transaction of what asks for an execution, or changes with one. */
export type ExecutionTransaction = Tx

interface ExecutionRow extends Record<string, unknown> {
  id: number
  vendor_type: VendorType
  vendor_id: number
  trigger_kind: ExecutionTrigger
  status: ExecutionStatus
  status_message: string
  status_reason: string
  notes: Note[] | null
  extra_attrs: ExtraAttrs
  started_at: Date
  stop_asked_at: Date | null
  ended_at: Date | null
}
interface TaskRow extends Record<string, unknown> {
  id: number
  execution_id: number
  status: TaskStatus
  status_message: string
  run_count: number
  extra_attrs: ExtraAttrs
  created_at: Date
  started_at: Date | null
  updated_at: Date
  ended_at: Date | null
}
const executionFields = `e.id, e.vendor_type, e.vendor_id, e.trigger_kind, e.status, e.status_message, e.status_reason,
  e.notes, e.extra_attrs, e.started_at, e.stop_asked_at, e.ended_at`
const taskFields = `t.id, t.execution_id, t.status, t.status_message, t.run_count, t.extra_attrs, t.created_at,
  t.started_at, t.updated_at, t.ended_at`

const toTask = (row: TaskRow): Task => ({
  id: row.id,
  executionId: row.execution_id,
  status: row.status,
  statusMessage: row.status_message,
  runCount: row.run_count,
  extraAttrs: row.extra_attrs,
  createdAt: row.created_at,
  startedAt: row.started_at,
  updatedAt: row.updated_at,
  endedAt: row.ended_at,
})

/** With the counts of their tasks, which are read for all of them at once. */
async function toExecutions(core: Core, rows: ExecutionRow[]): Promise<Execution[]> {
  const counts = new Map(rows.map(({ id }) => [id, noTasks()]))
  if (rows.length > 0) {
    const ids = [...counts.keys()]
    const counted = await core.db.query<{ execution_id: number; status: TaskStatus; tasks: number }>(
      `SELECT execution_id, status, COUNT(*) AS tasks FROM tasks WHERE execution_id IN (${marks(ids)})
        GROUP BY execution_id, status`,
      ids,
    )
    for (const { execution_id, status, tasks } of counted) counts.get(execution_id)![status] = tasks
  }
  return rows.map((row) => ({
    id: row.id,
    vendorType: row.vendor_type,
    vendorId: row.vendor_id,
    trigger: row.trigger_kind,
    status: row.status,
    statusMessage: row.status_message,
    statusReason: row.status_reason,
    notes: row.notes ?? [],
    extraAttrs: row.extra_attrs,
    startedAt: row.started_at,
    stopAskedAt: row.stop_asked_at,
    endedAt: row.ended_at,
    tasks: counts.get(row.id)!,
  }))
}

/** `vendorId` undefined: those of every policy. Newest first. */
export async function readExecutions(
  core: Core,
  vendor: { vendorType: VendorType; vendorId?: number },
  query: ListQuery,
): Promise<Page<Execution>> {
  const parts = {
    columns: executionFields,
    from: 'executions e',
    condition: and([belongsTo(vendor), where(executionColumns, query.filters, core.db.provider)]),
    order: orderBy(executionColumns, query.sort, 'e.id DESC', 'e.id'),
  }
  // No page of a list is without end, whatever was asked for: there may be millions.
  const { rows, total } = await readPage<ExecutionRow>(core.db, parts, capped(query))
  return { items: await toExecutions(core, rows), total }
}

const MAX_ROWS = 1_000
const capped = (query: ListQuery) => (query.pageSize === 0 ? { page: 1, pageSize: MAX_ROWS } : query)

const belongsTo = (vendor: { vendorType: VendorType; vendorId?: number }) =>
  vendor.vendorId === undefined
    ? { sql: 'e.vendor_type = ?', params: [vendor.vendorType] }
    : { sql: 'e.vendor_type = ? AND e.vendor_id = ?', params: [vendor.vendorType, vendor.vendorId] }

export async function readExecution(
  core: Core,
  vendor: { vendorType: VendorType; vendorId?: number },
  id: number,
): Promise<Execution | undefined> {
  const condition = and([belongsTo(vendor), { sql: 'e.id = ?', params: [id] }])
  const rows = await core.db.query<ExecutionRow>(
    `SELECT ${executionFields} FROM executions e WHERE ${condition.sql}`,
    condition.params,
  )
  return (await toExecutions(core, rows))[0]
}

/** The last one of each policy that did something; what was skipped only where nothing else is left. */
export async function readLastExecutions(
  core: Core,
  vendorType: VendorType,
  vendorIds?: readonly number[],
): Promise<Execution[]> {
  if (vendorIds?.length === 0) return []
  const among = vendorIds ? `AND vendor_id IN (${marks(vendorIds)})` : ''
  const newest = await core.db.query<ExecutionRow>(
    `SELECT ${executionFields} FROM executions e
      JOIN (SELECT MAX(id) AS id FROM executions WHERE vendor_type = ? ${among} GROUP BY vendor_id) newest ON newest.id = e.id`,
    [vendorType, ...(vendorIds ?? [])],
  )
  const skipped = newest.filter((row) => row.status_reason === SKIPPED)
  if (skipped.length === 0) return toExecutions(core, newest)
  const policies = skipped.map(({ vendor_id: id }) => id)
  const before = await core.db.query<ExecutionRow>(
    `SELECT ${executionFields} FROM executions e
      JOIN (SELECT MAX(id) AS id FROM executions
        WHERE vendor_type = ? AND vendor_id IN (${marks(policies)}) AND status_reason <> ?
        GROUP BY vendor_id) done ON done.id = e.id`,
    [vendorType, ...policies, SKIPPED],
  )
  const instead = new Map(before.map((row) => [row.vendor_id, row]))
  return toExecutions(
    core,
    newest.map((row) => (skipped.includes(row) ? (instead.get(row.vendor_id) ?? row) : row)),
  )
}

/** Oldest first. */
export async function readTasks(core: Core, executionId: number, query: ListQuery): Promise<Page<Task>> {
  const parts = {
    columns: taskFields,
    from: 'tasks t',
    condition: and([
      { sql: 't.execution_id = ?', params: [executionId] },
      where(taskColumns, query.filters, core.db.provider),
    ]),
    order: orderBy(taskColumns, query.sort, 't.id ASC', 't.id'),
  }
  const { rows, total } = await readPage<TaskRow>(core.db, parts, capped(query))
  return { items: rows.map(toTask), total }
}

/** The task with its log. */
export async function readTask(
  core: Core,
  executionId: number,
  taskId: number,
): Promise<(Task & { log: string }) | undefined> {
  const [row] = await core.db.query<TaskRow & { log: string }>(
    `SELECT ${taskFields}, t.log FROM tasks t WHERE t.id = ? AND t.execution_id = ?`,
    [taskId, executionId],
  )
  return row && { ...toTask(row), log: row.log }
}

/** Tasks that somebody should take up: those that wait, and those whose worker is gone. None of a paused queue. Oldest first. */
export async function readClaimable(
  core: Core,
  vendorType: VendorType,
  now: Date,
  limit: number,
): Promise<{ taskId: number; executionId: number; vendorId: number }[]> {
  const rows = await core.db.query<{ id: number; execution_id: number; vendor_id: number }>(
    `SELECT t.id, t.execution_id, e.vendor_id FROM tasks t JOIN executions e ON e.id = t.execution_id
      WHERE t.vendor_type = ? AND (t.status = 'Pending' OR (t.status = 'Running' AND t.lease_until <= ?))
        AND NOT EXISTS (SELECT 1 FROM job_queues q WHERE q.job_type = t.vendor_type AND q.paused)
      ORDER BY t.id LIMIT ?`,
    [vendorType, now, limit],
  )
  return rows.map((row) => ({ taskId: row.id, executionId: row.execution_id, vendorId: row.vendor_id }))
}

const asJson = (value: ExtraAttrs) => value as Record<string, never>

/** In their order, each with the ids of its tasks in theirs. */
export async function insertExecutions(
  tx: Tx,
  executions: readonly NewExecution[],
  now: Date,
): Promise<{ id: number; taskIds: number[] }[]> {
  const uids = executions.map(() => randomUUID())
  await tx.execution.createMany({
    data: executions.map(({ vendorType, vendorId, trigger, extraAttrs = {} }, position) => ({
      vendorType,
      vendorId,
      trigger,
      extraAttrs: asJson(extraAttrs),
      status: 'Running',
      startedAt: now,
      uid: uids[position]!,
    })),
  })
  const rows = await tx.execution.findMany({
    where: { uid: { in: uids } },
    select: { id: true, uid: true },
  })
  const ids = new Map(rows.map(({ id, uid }) => [uid, Number(id)]))
  const data = executions.flatMap(({ vendorType, tasks = [] }, position) =>
    tasks.map(({ status = 'Pending', extraAttrs = {} }) => ({
      executionId: ids.get(uids[position]!)!,
      vendorType,
      status,
      extraAttrs: asJson(extraAttrs),
      log: '',
      createdAt: now,
      updatedAt: now,
    })),
  )
  if (data.length > 0) await tx.task.createMany({ data })
  const tasks = await tx.task.findMany({
    where: { executionId: { in: [...ids.values()] } },
    select: { id: true, executionId: true },
    orderBy: { id: 'asc' },
  })
  const byExecution = Map.groupBy(tasks, ({ executionId }) => Number(executionId))
  return uids.map((uid) => {
    const id = ids.get(uid)!
    return { id, taskIds: (byExecution.get(id) ?? []).map((task) => Number(task.id)) }
  })
}

/** In their order. The execution is held by the caller, so that nobody else adds to it meanwhile. */
export async function insertTasks(
  tx: Tx,
  { executionId, vendorType }: { executionId: number; vendorType: string },
  tasks: readonly NonNullable<NewExecution['tasks']>[number][],
  now: Date,
): Promise<number[]> {
  const last = await tx.task.findFirst({
    where: { executionId },
    orderBy: { id: 'desc' },
    select: { id: true },
  })
  await tx.task.createMany({
    data: tasks.map(({ status = 'Pending', extraAttrs = {} }) => ({
      ...{ executionId, vendorType, status, log: '', createdAt: now, updatedAt: now },
      extraAttrs: asJson(extraAttrs),
    })),
  })
  const rows = await tx.task.findMany({
    where: { executionId, id: { gt: last?.id ?? 0 } },
    select: { id: true },
    orderBy: { id: 'asc' },
  })
  return rows.map(({ id }) => Number(id))
}
