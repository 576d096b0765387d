import { LockTimeoutError, marks } from '@berth/db'
import type { Core } from '../../context/index.ts'
import {
  addTasksWithin,
  type Claim,
  createExecution,
  type ExecutionTransaction,
  type ExecutionTrigger,
  type ExtraAttrs,
} from '../../executions/index.ts'
import { REPLICATION } from '../model.ts'
import { BIG_BYTES, type NewTransfer, type Transfer } from './model.ts'

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
  is_big: boolean | number
  attempts: number
}
const fields = `x.task_id, x.execution_id, x.policy_id, x.kind, x.registry_id, x.direction, x.source, x.target, x.digest, x.tags,
  x.is_big, x.attempts`

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
  isBig: Boolean(row.is_big),
  attempts: row.attempts,
})

/** What a task shows of its transfer. */
const shown = ({ kind, source, target, digest, tags = [] }: NewTransfer): ExtraAttrs =>
  kind === 'plan'
    ? { operation: 'compare' }
    : {
        operation: 'copy',
        source: `${source}:[${tags.join(',')}]`,
        target: `${target}:[${tags.join(',')}]`,
        digest,
      }

/** Writes an execution that begins with these. Gives its id. */
export async function insertReplication(
  core: Core,
  tx: ExecutionTransaction,
  { policyId, trigger }: { policyId: number; trigger: ExecutionTrigger },
  transfers: readonly NewTransfer[],
): Promise<number> {
  const { id, taskIds } = await createExecution(core, tx, {
    vendorType: REPLICATION,
    vendorId: policyId,
    trigger,
    tasks: transfers.map((transfer) => ({ extraAttrs: shown(transfer) })),
  })
  await insertRows(core, tx, { executionId: id, policyId, taskIds }, transfers)
  return id
}

/** What a plan found to be done. False, and nothing written, when its worker holds it no more. */
export async function addTransfers(
  core: Core,
  { executionId, policyId }: Transfer,
  claim: Claim,
  transfers: readonly NewTransfer[],
): Promise<boolean> {
  return core.db.transaction(async (tx) => {
    const tasks = transfers.map((transfer) => ({ extraAttrs: shown(transfer) }))
    const taskIds = await addTasksWithin(core, tx, claim, tasks)
    if (taskIds) await insertRows(core, tx, { executionId, policyId, taskIds }, transfers)
    return taskIds !== undefined
  })
}

async function insertRows(
  core: Core,
  tx: ExecutionTransaction,
  of: { executionId: number; policyId: number; taskIds: readonly number[] },
  transfers: readonly NewTransfer[],
): Promise<void> {
  const now = new Date(core.now())
  await tx.replicationTransfer.createMany({
    data: transfers.map(({ tags = [], sizeBytes = 0, ...transfer }, position) => ({
      ...transfer,
      taskId: of.taskIds[position]!,
      executionId: of.executionId,
      policyId: of.policyId,
      tags,
      sizeBytes,
      isBig: sizeBytes > BIG_BYTES,
      dueAt: now,
      createdAt: now,
    })),
  })
}

/** Digests of a repository that an execution copies already: its plan was begun by a worker that is gone. */
export async function readPlanned(
  core: Core,
  { executionId }: Transfer,
  direction: Transfer['direction'],
  source: string,
): Promise<Set<string>> {
  const rows = await core.db.query<{ digest: string }>(
    'SELECT digest FROM replication_transfers WHERE execution_id = ? AND source = ? AND direction = ?',
    [executionId, source, direction],
  )
  return new Set(rows.map(({ digest }) => digest))
}

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

/** Nobody is to take it up before then; null: never. */
export async function writeDue(
  tx: ExecutionTransaction | Core['db']['prisma'],
  taskId: number,
  dueAt: Date | null,
  more: { attempts?: number; doneBytes?: number; sizeBytes?: number; isBig?: boolean } = {},
): Promise<void> {
  await tx.replicationTransfer.updateMany({ where: { taskId }, data: { dueAt, ...more } })
}

/** Those that were ended beside their workers, as by a stop, wait no more. */
export async function forgetEnded(tx: ExecutionTransaction, executionId: number): Promise<void> {
  await tx.replicationTransfer.updateMany({
    where: { executionId, dueAt: { not: null }, task: { endedAt: { not: null } } },
    data: { dueAt: null },
  })
}

/** Sizes of artifacts of this Berth, by digest. */
export async function readSizes(
  core: Core,
  repository: string,
  digests: readonly string[],
): Promise<Map<string, number>> {
  if (digests.length === 0) return new Map()
  const rows = await core.db.query<{ digest: string; size_bytes: number }>(
    `SELECT a.digest, a.size_bytes FROM repositories r JOIN artifacts a ON a.repository_id = r.id
      WHERE r.name = ? AND a.digest IN (${marks(digests)})`,
    [repository, ...digests],
  )
  return new Map(rows.map(({ digest, size_bytes }) => [digest, size_bytes]))
}

/** A registry that answered is as good as any; one that did not is left alone for a while. */
export async function writeHealth(
  core: Core,
  registryId: number,
  { failuresInRow, pausedUntil }: { failuresInRow: number | { increment: 1 }; pausedUntil: Date | null },
): Promise<void> {
  await core.db.prisma.registry.updateMany({
    where: { id: registryId },
    data: { failuresInRow, pausedUntil },
  })
}
