import { join, marks, sql } from '@berth/db'
import type { Core } from '../../context/index.ts'
import type { ExecutionTransaction, TaskStatus } from '../../executions/index.ts'
import type { Page } from '../../list-query/index.ts'
import type { ReplicationPolicy } from '../model.ts'
import type { Reason } from '../reasons.ts'
import type { Missing, ShownTransfer } from './model.ts'

interface ShownRow extends Record<string, unknown> {
  task_id: number
  kind: ShownTransfer['kind']
  direction: ShownTransfer['direction']
  source: string
  target: string
  digest: string
  tags: string[]
  size_bytes: number
  done_bytes: number
  attempts: number
  due_at: Date | null
  reason: Reason | ''
}

/** By task. */
export async function readTransfers(
  core: Core,
  taskIds: readonly number[],
): Promise<Map<number, ShownTransfer>> {
  if (taskIds.length === 0) return new Map()
  const rows = await core.db.query<ShownRow>(
    `SELECT task_id, kind, direction, source, target, digest, tags, size_bytes, done_bytes, attempts, due_at, reason
      FROM replication_transfers WHERE task_id IN (${marks(taskIds)})`,
    [...taskIds],
  )
  return new Map(
    rows.map(({ task_id, size_bytes, done_bytes, due_at, ...row }) => [
      task_id,
      { ...row, sizeBytes: size_bytes, doneBytes: done_bytes, dueAt: due_at },
    ]),
  )
}

const NOT_ARRIVED = `FROM tasks t JOIN replication_transfers x ON x.task_id = t.id
  WHERE t.execution_id = ? AND t.status IN ('Error', 'Stopped')`

/** In the order of their tasks. */
export async function readMissing(
  core: Core,
  executionId: number,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<Page<Missing>> {
  type Row = Pick<
    ShownRow,
    'task_id' | 'kind' | 'source' | 'target' | 'tags' | 'digest' | 'size_bytes' | 'reason'
  > & {
    status: TaskStatus
    status_message: string
  }
  const [rows, counted] = await Promise.all([
    core.db.query<Row>(
      `SELECT x.task_id, x.kind, x.source, x.target, x.tags, x.digest, x.size_bytes, x.reason, t.status, t.status_message
        ${NOT_ARRIVED}
        ORDER BY t.id LIMIT ? OFFSET ?`,
      [executionId, pageSize, (page - 1) * pageSize],
    ),
    core.db.query<{ total: number }>(`SELECT COUNT(*) AS total ${NOT_ARRIVED}`, [executionId]),
  ])
  return {
    total: counted[0]!.total,
    items: rows.map((row) => ({
      taskId: row.task_id,
      kind: row.kind,
      repository: row.target || row.source,
      tags: row.tags,
      digest: row.digest,
      sizeBytes: row.size_bytes,
      reason: row.status_message || 'it was stopped',
      // Those that waited were stopped all at once.
      reasonCode: row.status === 'Stopped' && row.reason !== 'elsewhere' ? 'stopped' : row.reason,
    })),
  }
}

/** What is to be done again of a replication: one task, or all behind one; at most so many. */
export interface RetriedPart {
  executionId: number
  taskId?: number
  after: number
  limit: number
}

/**
 * Has what failed or was stopped done again: one task, or all, in the order of their tasks. A deletion in doubt waits for
 * somebody who means it, and goes by itself only. Patience with its registry begins anew. The execution is held by the caller, who brings it in line.
 *
 * @returns how many, and the last of them
 */
export async function writeRetry(
  tx: ExecutionTransaction,
  { executionId, taskId, after, limit }: RetriedPart,
  now: Date,
): Promise<{ count: number; last: number }> {
  const which =
    taskId === undefined
      ? sql`t.id > ${after} AND NOT (t.status = 'Error' AND x.reason = 'doubtful')`
      : sql`t.id = ${taskId}`
  const rows = await tx.$queryRaw<{ id: number | bigint }[]>(
    sql`SELECT t.id FROM tasks t JOIN replication_transfers x ON x.task_id = t.id
      WHERE t.execution_id = ${executionId} AND t.status IN ('Error', 'Stopped') AND ${which} ORDER BY t.id LIMIT ${limit}`,
  )
  if (rows.length === 0) return { count: 0, last: after }
  const ids = join(rows.map(({ id }) => id))
  await tx.$executeRaw`UPDATE replication_transfers SET attempts = 0, spoilt = 0, lost = 0, reason = '',
      due_at = ${now}, created_at = ${now} WHERE task_id IN (${ids})`
  await tx.$executeRaw`UPDATE tasks SET status = 'Pending', status_message = '', lease_until = NULL, ended_at = NULL,
      updated_at = ${now} WHERE id IN (${ids}) AND status IN ('Error', 'Stopped')`
  return { count: rows.length, last: Number(rows.at(-1)!.id) }
}

/** Of what failed: deletions that are tried again one by one only. */
export async function countDoubtful(core: Core, executionId: number): Promise<number> {
  const [counted] = await core.db.query<{ total: number }>(
    `SELECT COUNT(*) AS total FROM tasks t JOIN replication_transfers x ON x.task_id = t.id
      WHERE t.execution_id = ? AND t.status = 'Error' AND x.reason = 'doubtful'`,
    [executionId],
  )
  return counted!.total
}

/** Until when the registries of policies are left alone, of those that are. */
export async function readPauses(
  core: Core,
  policyIds: readonly number[],
  now: Date,
): Promise<Map<number, Date>> {
  if (policyIds.length === 0) return new Map()
  const rows = await core.db.query<{ id: number; paused_until: Date }>(
    `SELECT p.id, r.paused_until FROM replication_policies p
      JOIN registries r ON r.id = COALESCE(p.src_registry_id, p.dest_registry_id)
      WHERE p.id IN (${marks(policyIds)}) AND r.paused_until > ?`,
    [...policyIds, now],
  )
  return new Map(rows.map(({ id, paused_until }) => [id, paused_until]))
}

/** Whether something of what failed or was stopped was for another registry or direction than the policy has now. */
export async function isElsewhere(
  tx: ExecutionTransaction,
  { executionId, taskId }: { executionId: number; taskId?: number },
  { srcRegistryId, destRegistryId, mirror }: ReplicationPolicy,
): Promise<boolean> {
  const other = [
    { registryId: { not: (srcRegistryId ?? destRegistryId)! } },
    ...(mirror ? [] : [{ direction: srcRegistryId === null ? 'pull' : 'push' }]),
  ]
  const task = { status: { in: ['Error', 'Stopped'] }, ...(taskId && { id: taskId }) }
  return (await tx.replicationTransfer.findFirst({ where: { executionId, task, OR: other } })) !== null
}

/** What is left of those that failed for good. The execution is held by the caller. */
export async function readFailedBytes(tx: ExecutionTransaction, executionId: number): Promise<number> {
  const [row] = await tx.$queryRaw<
    { bytes: bigint | number | string | null }[]
  >`SELECT SUM(x.size_bytes - x.done_bytes) AS bytes
    FROM tasks t JOIN replication_transfers x ON x.task_id = t.id WHERE t.execution_id = ${executionId} AND t.status = 'Error'`
  return Number(row?.bytes ?? 0)
}
