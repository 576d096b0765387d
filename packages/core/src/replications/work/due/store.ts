import { LockTimeoutError } from '@berth/db'
import type { Core } from '../../../context/index.ts'
import { REPLICATION } from '../../model.ts'
import type { Transfer } from '../model.ts'

interface TransferRow extends Record<string, unknown> {
  task_id: number
  execution_id: number
  policy_id: number
  kind: Transfer['kind']
  registry_id: number
  direction: Transfer['direction']
  source: Transfer['source']
  target: Transfer['target']
  digest: Transfer['digest']
  tags: Transfer['tags']
  seen: string[] | null
  had: Transfer['digest'][] | null
  is_look: boolean | number
  is_big: boolean | number
  attempts: number
  spoilt: number
  created_at: Date
}
const fields = `x.task_id, x.execution_id, x.policy_id, x.kind, x.registry_id, x.direction, x.source, x.target, x.digest, x.tags,
  x.seen, x.had, x.is_look, x.is_big, x.attempts, x.spoilt, x.created_at`

const toTransfer = (row: TransferRow): Transfer => ({
  taskId: row.task_id,
  executionId: row.execution_id,
  policyId: row.policy_id,
  kind: row.kind,
  registryId: row.registry_id,
  direction: row.direction,
  source: row.source,
  target: row.target,
  digest: row.digest,
  tags: row.tags,
  seen: row.seen ?? [],
  had: row.had ?? undefined,
  isLook: Boolean(row.is_look),
  isBig: Boolean(row.is_big),
  attempts: row.attempts,
  spoilt: row.spoilt,
  createdAt: row.created_at,
})

const WAIT_FOR_TURN_MS = 2_000

/** Runs while no other worker looks for work; undefined when another one looks for too long: it finds the same. */
export async function inTurnOfAll<T>(core: Core, look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await core.db.lock('replications.claim', look, WAIT_FOR_TURN_MS)
  } catch (error) {
    if (error instanceof LockTimeoutError) return undefined
    throw error
  }
}

// The words of core/job-queues: nothing begins while somebody paused it.
const NOT_PAUSED = `NOT EXISTS (SELECT 1 FROM job_queues q WHERE q.job_type = '${REPLICATION}' AND q.paused)`

/** Registries and policies of which something is due, in no order. */
export const readWaiting = (core: Core, now: Date): Promise<{ registry_id: number; policy_id: number }[]> =>
  core.db.query(
    `SELECT DISTINCT x.registry_id, x.policy_id FROM replication_transfers x WHERE x.due_at <= ? AND ${NOT_PAUSED}`,
    [now],
  )

/** How many each registry has under way, by all workers. */
export async function readRunning(core: Core, now: Date): Promise<Map<number, { all: number; big: number }>> {
  const rows = await core.db.query<{ registry_id: number; is_big: boolean | number; transfers: number }>(
    `SELECT x.registry_id, x.is_big, COUNT(*) AS transfers FROM tasks t
      JOIN replication_transfers x ON x.task_id = t.id
      WHERE t.vendor_type = '${REPLICATION}' AND t.status = 'Running' AND t.lease_until > ?
      GROUP BY x.registry_id, x.is_big`,
    [now],
  )
  const running = new Map<number, { all: number; big: number }>()
  for (const { registry_id: id, is_big: big, transfers } of rows) {
    const of = running.get(id) ?? { all: 0, big: 0 }
    of.all += transfers
    if (big) of.big += transfers
    running.set(id, of)
  }
  return running
}

/** How many big ones a registry has under way beside a transfer. */
export async function countOtherBig(
  core: Core,
  { registryId, taskId }: Pick<Transfer, 'registryId' | 'taskId'>,
  now: Date,
): Promise<number> {
  const [row] = await core.db.query<{ transfers: number }>(
    `SELECT COUNT(*) AS transfers FROM tasks t JOIN replication_transfers x ON x.task_id = t.id
      WHERE t.vendor_type = '${REPLICATION}' AND t.status = 'Running' AND t.lease_until > ?
        AND x.registry_id = ? AND x.is_big = ? AND x.task_id <> ?`,
    [now, registryId, true, taskId],
  )
  return row!.transfers
}

/** The longest due ones of a policy at a registry. */
export async function readDue(
  core: Core,
  of: { registryId: number; policyId: number; isBig: boolean },
  now: Date,
  limit: number,
): Promise<Transfer[]> {
  if (limit === 0) return []
  const rows = await core.db.query<TransferRow>(
    `SELECT ${fields} FROM replication_transfers x JOIN tasks t ON t.id = x.task_id AND t.ended_at IS NULL
      WHERE x.registry_id = ? AND x.policy_id = ? AND x.is_big = ? AND x.due_at <= ? ORDER BY x.due_at, x.task_id LIMIT ?`,
    [of.registryId, of.policyId, of.isBig, now, limit],
  )
  return rows.map(toTransfer)
}

/** Some that could take the place of one of the same size that has ended; none when that registry is to be left alone. */
export async function readNext(
  core: Core,
  { registryId, policyId, isBig }: Transfer,
  now: Date,
  limit: number,
): Promise<Transfer[]> {
  const rows = await core.db.query<TransferRow>(
    `SELECT ${fields} FROM replication_transfers x JOIN registries r ON r.id = x.registry_id
      WHERE x.registry_id = ? AND x.policy_id = ? AND x.due_at <= ? AND x.is_big = ?
        AND r.failures_in_row = 0 AND (r.paused_until IS NULL OR r.paused_until <= ?) AND ${NOT_PAUSED}
      ORDER BY x.due_at, x.task_id LIMIT ?`,
    [registryId, policyId, now, isBig, now, limit],
  )
  return rows.map(toTransfer)
}

/** As an event has changed it since it was found due. */
export async function readTransfer(core: Core, taskId: number): Promise<Transfer | undefined> {
  const sql = `SELECT ${fields} FROM replication_transfers x WHERE x.task_id = ?`
  const [row] = await core.db.query<TransferRow>(sql, [taskId])
  return row && toTransfer(row)
}

/** What has waited since then of an execution for a registry, behind a task; but for what follows events. */
export async function readLastingOf(
  core: Core,
  { executionId, registryId, after }: { executionId: number; registryId: number; after: number },
  since: Date,
  limit: number,
): Promise<Transfer[]> {
  const rows = await core.db.query<TransferRow>(
    `SELECT ${fields} FROM replication_transfers x JOIN tasks t ON t.id = x.task_id
      WHERE x.execution_id = ? AND x.registry_id = ? AND x.task_id > ? AND x.due_at IS NOT NULL AND x.created_at <= ?
        AND x.kind NOT IN ('follow', 'withdraw') AND t.status IN ('Pending', 'Scheduled') ORDER BY x.task_id LIMIT ?`,
    [executionId, registryId, after, since, limit],
  )
  return rows.map(toTransfer)
}
