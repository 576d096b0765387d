import { join, sql } from '@berth/db'
import type { Core } from '../../../context/index.ts'
import type { ExecutionTransaction } from '../../../executions/index.ts'

/**
 * A registry that answered is as good as any. A pause that is not over stays: others have heard since what it asks for.
 *
 * @param wentThrough what was tried there has come to its end, and leaves nothing that may still fail
 */
export async function noteSuccess(
  core: Core,
  registryId: number,
  { wentThrough }: { wentThrough: boolean },
): Promise<void> {
  const { registry } = core.db.prisma
  await registry.updateMany({
    where: {
      id: registryId,
      OR: [{ failuresInRow: { gt: 0 } }, ...(wentThrough ? [{ failingSince: { not: null } }] : [])],
    },
    data: { failuresInRow: 0, ...(wentThrough && { failingSince: null }) },
  })
  await registry.updateMany({
    where: { id: registryId, pausedUntil: { lte: new Date(core.now()) } },
    data: { pausedUntil: null },
  })
}

/** What somebody has heard of a registry that did not answer as it should. */
export interface Failure {
  askedMs: number
  pauseMsAfter: (failuresInRow: number) => number
  /** It was worked with for so long before that it was not away. */
  wasBusy?: boolean
}

export interface Trouble {
  /** How often it has failed in a row. */
  failuresInRow: number
  isPaused: boolean
  /** Since when nothing has gone through. */
  failingSince: Date
}

/**
 * A registry that did not answer as it should is left alone for a while, whoever fails there next with less to tell. What
 * fails meanwhile was under way before and says nothing new: a pause counts as one failure, however many wait for its end.
 */
export async function noteFailure(
  core: Core,
  registryId: number,
  { askedMs, pauseMsAfter, wasBusy = false }: Failure,
): Promise<Trouble> {
  const { registry } = core.db.prisma
  const nowMs = core.now()
  const now = new Date(nowMs)
  await registry.updateMany({
    where: { id: registryId, OR: [{ pausedUntil: null }, { pausedUntil: { lte: now } }] },
    data: { failuresInRow: { increment: 1 } },
  })
  await registry.updateMany({
    where: { id: registryId, ...(!wasBusy && { failingSince: null }) },
    data: { failingSince: now },
  })
  const known = await registry.findUnique({
    where: { id: registryId },
    select: { failuresInRow: true, pausedUntil: true, failingSince: true },
  })
  if (!known) return { failuresInRow: 0, isPaused: false, failingSince: now }
  const pauseMs = pauseMsAfter(known.failuresInRow)
  await notePause(core, registryId, { pauseMs, askedMs }, nowMs)
  const isPaused = pauseMs > 0 || (known.pausedUntil !== null && known.pausedUntil.getTime() > nowMs)
  return { failuresInRow: known.failuresInRow, isPaused, failingSince: known.failingSince ?? now }
}

/** Leaves a registry alone for so long, and no shorter than somebody else has said; `askedMs`: as it has asked itself. */
export async function notePause(
  core: Core,
  registryId: number,
  { pauseMs, askedMs }: { pauseMs: number; askedMs: number },
  nowMs = core.now(),
): Promise<void> {
  const { registry } = core.db.prisma
  const pausedUntil = new Date(nowMs + pauseMs)
  if (pauseMs > 0)
    await registry.updateMany({
      where: { id: registryId, OR: [{ pausedUntil: null }, { pausedUntil: { lt: pausedUntil } }] },
      data: { pausedUntil },
    })
  const askedUntil = new Date(nowMs + askedMs)
  if (askedMs > 0)
    await registry.updateMany({
      where: { id: registryId, OR: [{ askedUntil: null }, { askedUntil: { lt: askedUntil } }] },
      data: { askedUntil },
    })
}

/** Executions of which something has waited for a registry since then. What follows events is not asked for. */
export async function readLasting(
  core: Core,
  registryId: number,
  since: Date,
): Promise<{ executionId: number; policyId: number }[]> {
  const rows = await core.db.query<{ execution_id: number; policy_id: number }>(
    `SELECT DISTINCT x.execution_id, x.policy_id FROM replication_transfers x JOIN tasks t ON t.id = x.task_id
      WHERE x.registry_id = ? AND x.due_at IS NOT NULL AND x.created_at <= ? AND x.kind NOT IN ('follow', 'withdraw')
        AND t.status IN ('Pending', 'Scheduled')`,
    [registryId, since],
  )
  return rows.map(({ execution_id: executionId, policy_id: policyId }) => ({ executionId, policyId }))
}

/**
 * Whether nothing has gone through at a registry since then, and nobody wants an execution to end. The execution is held by
 * the caller.
 */
export async function isInVain(
  tx: ExecutionTransaction,
  { executionId, registryId }: { executionId: number; registryId: number },
  since: Date,
): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>(
    sql`SELECT r.id FROM registries r, executions e WHERE r.id = ${registryId} AND r.failing_since <= ${since}
         AND e.id = ${executionId} AND e.stop_asked_at IS NULL`,
  )
  return rows.length > 0
}

/** Those of the tasks that nobody has tried again by hand since then. Their execution is held by the caller. */
export async function ofThoseLasting(
  tx: ExecutionTransaction,
  taskIds: readonly number[],
  since: Date,
): Promise<number[]> {
  const rows = await tx.$queryRaw<{ task_id: number | bigint }[]>(
    sql`SELECT task_id FROM replication_transfers WHERE task_id IN (${join([...taskIds])}) AND due_at IS NOT NULL
         AND created_at <= ${since}`,
  )
  return rows.map((row) => Number(row.task_id))
}
