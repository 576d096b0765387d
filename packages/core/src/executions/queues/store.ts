import { marks, sql, join as sqlList } from '@berth/db'
import type { Core } from '../../context/index.ts'
import type { TaskCounts, TaskStatus, VendorType } from '../model.ts'
import { statusOf } from '../rules.ts'
import type { ExecutionTransaction } from '../store.ts'

// Nothing in here asks for a right, as in service.ts.

/** How much there is to do of a kind. */
export interface QueueCounts {
  waiting: number
  running: number
  /** Since the time that was asked for. */
  failed: number
  /** Since when the oldest of those waits that could be taken up at once; null when there is none. */
  oldestAt: Date | null
}

const nothingToDo = (): QueueCounts => ({ waiting: 0, running: 0, failed: 0, oldestAt: null })

export async function readQueueCounts(
  core: Core,
  vendorTypes: readonly VendorType[],
  { now, failedSince }: { now: Date; failedSince: Date },
): Promise<Map<VendorType, QueueCounts>> {
  const counts = new Map(vendorTypes.map((vendorType) => [vendorType, nothingToDo()]))
  type OpenRow = { vendor_type: VendorType; status: TaskStatus; held: number; tasks: number; oldest: Date }
  const [open, failed] = await Promise.all([
    // A task whose worker is gone waits for another.
    core.db.query<OpenRow>(
      `SELECT vendor_type, status, CASE WHEN status = 'Running' AND lease_until > ? THEN 1 ELSE 0 END AS held,
          COUNT(*) AS tasks, MIN(updated_at) AS oldest FROM tasks
        WHERE vendor_type IN (${marks(vendorTypes)}) AND status IN ('Pending', 'Scheduled', 'Running')
        GROUP BY 1, 2, 3`,
      [now, ...vendorTypes],
    ),
    core.db.query<{ vendor_type: VendorType; tasks: number }>(
      `SELECT vendor_type, COUNT(*) AS tasks FROM tasks
        WHERE vendor_type IN (${marks(vendorTypes)}) AND status = 'Error' AND ended_at >= ? GROUP BY vendor_type`,
      [...vendorTypes, failedSince],
    ),
  ])
  for (const { vendor_type, status, held, tasks, oldest } of open) {
    const of = counts.get(vendor_type)!
    if (held) of.running += tasks
    else of.waiting += tasks
    // What is tried again later waits for its own time, not for a worker.
    if (!held && status !== 'Scheduled' && (of.oldestAt === null || oldest < of.oldestAt))
      of.oldestAt = oldest
  }
  for (const { vendor_type, tasks } of failed) counts.get(vendor_type)!.failed = tasks
  return counts
}

/** A task, whatever it belongs to. */
export interface AnyTask {
  taskId: number
  executionId: number
  vendorType: VendorType
  /** The node whose worker has it; null for one that was taken up before nodes were written down. */
  worker: string | null
  statusMessage: string
  startedAt: Date | null
  updatedAt: Date
}

const MAX_RUNNING = 1_000

/** What workers hold now, at most 1,000; the oldest first. */
export async function readRunning(
  core: Core,
  vendorTypes: readonly VendorType[],
  now: Date,
): Promise<AnyTask[]> {
  type Row = {
    id: number
    execution_id: number
    vendor_type: VendorType
    worker: string | null
    status_message: string
    started_at: Date | null
    updated_at: Date
  }
  const rows = await core.db.query<Row>(
    `SELECT id, execution_id, vendor_type, worker, status_message, started_at, updated_at FROM tasks
      WHERE vendor_type IN (${marks(vendorTypes)}) AND status = 'Running' AND lease_until > ? ORDER BY id LIMIT ?`,
    [...vendorTypes, now, MAX_RUNNING],
  )
  return rows.map((row) => ({
    taskId: row.id,
    executionId: row.execution_id,
    vendorType: row.vendor_type,
    worker: row.worker,
    statusMessage: row.status_message,
    startedAt: row.started_at,
    updatedAt: row.updated_at,
  }))
}

/** The task of this id with its log, whatever execution it belongs to. */
export async function readAnyTask(
  core: Core,
  taskId: number,
): Promise<{ executionId: number; vendorType: VendorType; log: string } | undefined> {
  const [row] = await core.db.query<{ execution_id: number; vendor_type: VendorType; log: string }>(
    'SELECT execution_id, vendor_type, log FROM tasks WHERE id = ?',
    [taskId],
  )
  return row && { executionId: row.execution_id, vendorType: row.vendor_type, log: row.log }
}

const BATCH = 500

/**
 * Stops what waits of a kind when it is called, some hundred tasks at a time; what a worker holds goes on. `then` runs in
 * each transaction with the number that it stopped. Gives all of them.
 */
export async function stopWaiting(
  core: Core,
  vendorType: VendorType,
  then: (tx: ExecutionTransaction, stopped: number) => Promise<void>,
): Promise<number> {
  const [end] = await core.db.query<{ id: number | null }>(
    'SELECT MAX(id) AS id FROM tasks WHERE vendor_type = ?',
    [vendorType],
  )
  let stopped = 0
  for (let after = 0; ; ) {
    const rows = await core.db.query<{ id: number; execution_id: number }>(
      `SELECT id, execution_id FROM tasks
        WHERE vendor_type = ? AND status IN ('Pending', 'Scheduled', 'Running') AND (status <> 'Running' OR lease_until <= ?)
          AND id > ? AND id <= ? ORDER BY id LIMIT ?`,
      [vendorType, new Date(core.now()), after, end?.id ?? 0, BATCH],
    )
    if (rows.length === 0) return stopped
    stopped += await core.db.transaction(async (tx) => {
      const count = await stopTasks(core, tx, rows)
      if (count > 0) await then(tx, count)
      return count
    })
    after = rows.at(-1)!.id
  }
}

async function stopTasks(
  core: Core,
  tx: ExecutionTransaction,
  rows: readonly { id: number; execution_id: number }[],
): Promise<number> {
  const now = new Date(core.now())
  const executionIds = [...new Set(rows.map((row) => row.execution_id))].sort((a, b) => a - b)
  // The executions first and in one order, as everybody does.
  await tx.$queryRaw(
    sql`SELECT id FROM executions WHERE id IN (${sqlList(executionIds)}) ORDER BY id FOR UPDATE`,
  )
  const { count } = await tx.task.updateMany({
    where: {
      id: { in: rows.map(({ id }) => id) },
      OR: [{ status: { in: ['Pending', 'Scheduled'] } }, { status: 'Running', leaseUntil: { lte: now } }],
    },
    data: { status: 'Stopped', leaseUntil: null, updatedAt: now, endedAt: now },
  })
  if (count === 0) return 0
  // In a transaction that began earlier MariaDB would else count what was there then.
  const latest = core.db.provider === 'mysql' ? sql`LOCK IN SHARE MODE` : sql``
  const statuses = await tx.$queryRaw<{ execution_id: bigint | number; status: TaskStatus }[]>(
    sql`SELECT DISTINCT execution_id, status FROM tasks WHERE execution_id IN (${sqlList(executionIds)}) ${latest}`,
  )
  const found = new Map<number, Partial<TaskCounts>>()
  for (const { execution_id, status } of statuses)
    found.set(Number(execution_id), { ...found.get(Number(execution_id)), [status]: 1 })
  const byStatus = Map.groupBy(found, ([, tasks]) => statusOf(tasks))
  for (const [status, executions] of byStatus)
    if (status !== 'Running')
      await tx.execution.updateMany({
        where: { id: { in: executions.map(([id]) => id) }, endedAt: null },
        data: { status, endedAt: now },
      })
  return count
}
