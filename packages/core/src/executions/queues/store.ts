import { marks } from '@berth/db'
import type { Core } from '../../context/index.ts'
import type { TaskStatus, VendorType } from '../model.ts'

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

/** The newest task of a kind; 0: there is none. */
export async function readNewest(core: Core, vendorType: VendorType): Promise<number> {
  const [newest] = await core.db.query<{ id: number | null }>(
    'SELECT MAX(id) AS id FROM tasks WHERE vendor_type = ?',
    [vendorType],
  )
  return newest?.id ?? 0
}

/** What no worker holds of a kind, by id. */
export async function readWaiting(
  core: Core,
  vendorType: VendorType,
  { after, upTo, limit }: { after: number; upTo: number; limit: number },
): Promise<{ taskId: number; executionId: number }[]> {
  const rows = await core.db.query<{ id: number; execution_id: number }>(
    `SELECT id, execution_id FROM tasks
      WHERE vendor_type = ? AND status IN ('Pending', 'Scheduled', 'Running') AND (status <> 'Running' OR lease_until <= ?)
        AND id > ? AND id <= ? ORDER BY id LIMIT ?`,
    [vendorType, new Date(core.now()), after, upTo, limit],
  )
  return rows.map((row) => ({ taskId: row.id, executionId: row.execution_id }))
}
