import { sql } from '@berth/db'
import type { Core } from '../../context/index.ts'
import {
  addTasksWithin,
  type Claim,
  createExecutions,
  type ExecutionTransaction,
  type ExecutionTrigger,
  type ExtraAttrs,
  failTask,
} from '../../executions/index.ts'
import { REPLICATION } from '../model.ts'
import { changeProgress, forgetInStep, insertProgress } from '../progress/index.ts'
import { BIG_BYTES, type NewTransfer, type Transfer } from './model.ts'

/** What a task shows of its transfer. */
const shown = ({ kind, source, target, digest, tags = [] }: NewTransfer): ExtraAttrs =>
  kind === 'plan'
    ? { operation: 'compare', ...(source && { source }), ...(target && { target }) }
    : {
        operation: kind === 'withdraw' || kind === 'delete' ? 'deletion' : 'copy',
        source: `${source}:[${tags.join(',')}]`,
        target: `${target}:[${tags.join(',')}]`,
        digest,
      }

const statusOf = ({ dueAt }: NewTransfer): 'Scheduled' | 'Pending' => (dueAt ? 'Scheduled' : 'Pending')

/** An execution that begins with these. */
export interface NewReplication {
  policyId: number
  trigger: ExecutionTrigger
  transfers: readonly NewTransfer[]
}

/** Writes an execution. Gives its id. */
export async function insertReplication(
  core: Core,
  tx: ExecutionTransaction,
  replication: NewReplication,
): Promise<number> {
  return (await insertReplications(core, tx, [replication]))[0]!
}

/** As `insertReplication` for many, with a few statements. */
export async function insertReplications(
  core: Core,
  tx: ExecutionTransaction,
  replications: readonly NewReplication[],
): Promise<number[]> {
  if (replications.length === 0) return []
  const created = await createExecutions(
    core,
    tx,
    replications.map(({ policyId, trigger, transfers }) => ({
      vendorType: REPLICATION,
      vendorId: policyId,
      trigger,
      tasks: transfers.map((transfer) => ({
        status: statusOf(transfer),
        extraAttrs: shown(transfer),
      })),
    })),
  )
  await insertProgress(
    tx,
    replications.map(({ transfers }, position) => ({
      executionId: created[position]!.id,
      ...sumOf(transfers),
    })),
  )
  await insertRows(
    core,
    tx,
    replications.flatMap(({ policyId, transfers }, position) => {
      const { id: executionId, taskIds } = created[position]!
      return transfers.map((transfer, n) => ({ executionId, policyId, taskId: taskIds[n]!, transfer }))
    }),
  )
  return created.map(({ id }) => id)
}

/** What a plan found to be done. False, and nothing written, when its worker holds it no more. */
export async function addTransfers(
  core: Core,
  { executionId, policyId }: Transfer,
  claim: Claim,
  transfers: readonly NewTransfer[],
  inStep: number,
): Promise<boolean> {
  return core.db.transaction(async (tx) => {
    const tasks = transfers.map((transfer) => ({ status: statusOf(transfer), extraAttrs: shown(transfer) }))
    const taskIds = await addTasksWithin(core, tx, claim, tasks)
    if (!taskIds) return false
    const rows = transfers.map((transfer, n) => ({ executionId, policyId, taskId: taskIds[n]!, transfer }))
    await insertRows(core, tx, rows)
    await changeProgress(tx, executionId, { ...sumOf(transfers), inStep }, core.now())
    return true
  })
}

const sumOf = (transfers: readonly NewTransfer[]) => ({
  totalBytes: transfers.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0),
  sized: transfers.filter(({ sizeBytes = 0 }) => sizeBytes > 0).length,
})

async function insertRows(
  core: Core,
  tx: ExecutionTransaction,
  rows: readonly { executionId: number; policyId: number; taskId: number; transfer: NewTransfer }[],
): Promise<void> {
  const now = new Date(core.now())
  await tx.replicationTransfer.createMany({
    data: rows.map(({ transfer, ...of }) => {
      const { tags = [], sizeBytes = 0, failed, dueAt = now, ...fields } = transfer
      const isBig = sizeBytes > BIG_BYTES
      return {
        ...fields,
        ...of,
        ...{ tags, sizeBytes, isBig },
        dueAt: failed === undefined ? dueAt : null,
        createdAt: now,
      }
    }),
  })
  for (const { taskId, transfer } of rows)
    if (transfer.failed !== undefined) await failTask(core, tx, taskId, transfer.failed)
}

/** What an execution has tasks for already of one repository. */
export interface AlreadyPlanned {
  /** By digest the tags that it brings. */
  copies: ReadonlyMap<string, ReadonlySet<string>>
  deletions: ReadonlySet<string>
}

/** Digests that an execution copies or deletes already: its plan was begun before. By the repository's name at the source. */
export async function readPlanned(
  core: Core,
  { executionId }: Transfer,
  direction: Transfer['direction'],
  source: string,
): Promise<AlreadyPlanned> {
  const rows = await core.db.query<Record<'direction' | 'digest', string> & Pick<Transfer, 'kind' | 'tags'>>(
    'SELECT kind, direction, digest, tags FROM replication_transfers WHERE execution_id = ? AND source = ?',
    [executionId, source],
  )
  const of = (kind: Transfer['kind'], isSameWay: boolean) =>
    rows.filter((row) => row.kind === kind && (row.direction === direction) === isSameWay)
  return {
    copies: new Map(
      [...Map.groupBy(of('copy', true), ({ digest }) => digest)].map(([digest, copies]) => [
        digest,
        new Set(copies.flatMap(({ tags }) => tags)),
      ]),
    ),
    // A deletion goes back where the tag was looked for; the names are the same on both sides.
    deletions: new Set(of('delete', false).map(({ digest }) => digest)),
  }
}

/**
 * For a plan that begins again: it counts anew what is in step, but for the repositories whose comparison has a task of its
 * own, which counts them itself. Gives these, with whether it waits.
 */
export async function beginAgain(core: Core, { executionId }: Transfer): Promise<Apart[]> {
  return core.db.transaction(async (tx) => {
    // Whoever has one of these writes the sums last: it has done so, and is gone, or will after this.
    await forgetInStep(tx, executionId)
    const rows = await tx.replicationTransfer.findMany({
      where: { executionId, kind: 'plan', source: { not: '' } },
      select: { direction: true, source: true, dueAt: true },
    })
    return rows.map(({ dueAt, ...of }) => ({ ...of, isWaiting: dueAt !== null }) as Apart)
  })
}

/** A repository whose comparison has a task of its own. */
export interface Apart extends Pick<Transfer, 'direction' | 'source'> {
  isWaiting: boolean
}

/** Nobody is to take them up before then. */
export async function writeDue(
  tx: ExecutionTransaction | Core['db']['prisma'],
  taskIds: readonly number[],
  dueAt: Date,
  more: { isBig?: boolean } = {},
): Promise<void> {
  if (taskIds.length === 0) return
  await tx.replicationTransfer.updateMany({
    where: { taskId: { in: [...taskIds] } },
    data: { dueAt, ...more },
  })
}

/** One more worker of a task is gone. Gives how many were. */
export async function addLost(tx: ExecutionTransaction, taskId: number): Promise<number> {
  const data = { lost: { increment: 1 } }
  return (await tx.replicationTransfer.update({ where: { taskId }, data, select: { lost: true } })).lost
}

/** How many tasks failed. The execution is held by the caller. */
export async function countFailed(
  core: Core,
  tx: ExecutionTransaction,
  executionId: number,
): Promise<number> {
  // In a transaction that began earlier MariaDB would else count what was there then.
  const latest = core.db.provider === 'mysql' ? sql`LOCK IN SHARE MODE` : sql``
  const rows = await tx.$queryRaw<unknown[]>(
    sql`SELECT id FROM tasks WHERE execution_id = ${executionId} AND status = 'Error' ${latest}`,
  )
  return rows.length
}

/** Whether an execution of a policy that ended since then has failed. */
export async function hasFailed(
  core: Core,
  tx: ExecutionTransaction,
  policyId: number,
  since: Date,
): Promise<boolean> {
  const latest = core.db.provider === 'mysql' ? sql`LOCK IN SHARE MODE` : sql``
  const rows = await tx.$queryRaw<unknown[]>(
    sql`SELECT id FROM executions WHERE vendor_type = ${REPLICATION} AND vendor_id = ${policyId}
         AND status = 'Error' AND ended_at >= ${since} LIMIT 1 ${latest}`,
  )
  return rows.length > 0
}

/** Those that were ended beside their workers, as by a stop, wait no more. */
export async function forgetEnded(tx: ExecutionTransaction, taskIds: readonly number[]): Promise<void> {
  await tx.replicationTransfer.updateMany({
    where: { taskId: { in: [...taskIds] }, dueAt: { not: null } },
    data: { dueAt: null },
  })
}

/** The same for what a worker, too late, has said that it holds: its task had been stopped by then. */
export async function forgetDue(
  core: Core,
  { registryId, policyId }: { registryId: number; policyId: number },
  now: Date,
): Promise<void> {
  await core.db.prisma.replicationTransfer.updateMany({
    where: {
      registryId,
      policyId,
      dueAt: { lte: now },
      task: { endedAt: { not: null } },
    },
    data: { dueAt: null },
  })
}
