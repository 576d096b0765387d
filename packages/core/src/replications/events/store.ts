import { join, sql, type Tx } from '@berth/db'
import { REPLICATION } from '../model.ts'
import type { Wanted } from './wanted.ts'

/** Something to follow that no worker has taken up yet. */
export interface Waiting
  extends Pick<Wanted, 'policyId' | 'kind' | 'source' | 'tags' | 'digest' | 'had' | 'isLook'> {
  /** Undefined: it is being written with the same events. */
  taskId?: number
}

const MAX_WAITING = 2_000

/** Those of the policies that are there and enabled, which stay so until the transaction ends. */
export async function holdEnabled(tx: Tx, policyIds: readonly number[]): Promise<Set<number>> {
  const rows = await tx.$queryRaw<{ id: number }[]>(
    sql`SELECT id FROM replication_policies WHERE id IN (${join([...policyIds])}) AND enabled = ${true}
      ORDER BY id FOR UPDATE`,
  )
  return new Set(rows.map(({ id }) => id))
}

/** What waits of these policies and repositories, kept from being taken up until the transaction ends. */
export async function holdWaiting(tx: Tx, wanted: readonly Wanted[]): Promise<Waiting[]> {
  const policyIds = [...new Set(wanted.map(({ policyId }) => policyId))]
  const sources = [...new Set(wanted.map(({ source }) => source))]
  const found = await tx.replicationTransfer.findMany({
    where: {
      kind: { in: ['follow', 'withdraw'] },
      policyId: { in: policyIds },
      source: { in: sources },
      dueAt: { not: null },
    },
    select: { taskId: true },
    // In a longer backlog some things are looked at twice.
    orderBy: { taskId: 'desc' },
    take: MAX_WAITING,
  })
  if (found.length === 0) return []
  // The task before its transfer, as who takes it up does.
  const held = await tx.$queryRaw<{ id: number | bigint }[]>(
    sql`SELECT id FROM tasks WHERE id IN (${join(found.map(({ taskId }) => taskId))})
      AND status IN ('Pending', 'Scheduled') AND vendor_type = ${REPLICATION} ORDER BY id FOR UPDATE`,
  )
  const rows = await tx.replicationTransfer.findMany({
    where: { taskId: { in: held.map(({ id }) => BigInt(id)) } },
    select: {
      taskId: true,
      policyId: true,
      kind: true,
      source: true,
      tags: true,
      digest: true,
      had: true,
      isLook: true,
    },
  })
  return rows.map(({ taskId, kind, digest, ...row }) => ({
    ...(row as unknown as Omit<Waiting, 'kind' | 'had'>),
    kind: kind === 'withdraw' ? 'delete' : 'push',
    had: (row.had ?? []) as unknown as Wanted['had'],
    digest: digest === '' ? undefined : (digest as Wanted['digest']),
    taskId: Number(taskId),
  }))
}

/** What waits follows this, too. */
export async function mergeInto(
  tx: Tx,
  taskId: number,
  {
    dueAt,
    createdAt,
    ...change
  }: Pick<Wanted, 'had' | 'seen' | 'isLook'> & Record<'dueAt' | 'createdAt', Date | undefined>,
): Promise<void> {
  await tx.replicationTransfer.updateMany({
    where: { taskId },
    data: { ...change, ...(dueAt && { dueAt }), ...(createdAt && { createdAt }) },
  })
}
