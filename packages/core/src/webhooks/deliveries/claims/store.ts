import { join, sql, type Tx } from '@berth/db'
import type { Core } from '../../../context/index.ts'
import { type Claim, changeTaskWithin, claimTaskWithin } from '../../../executions/index.ts'
import type { Delivery } from '../model.ts'

// Who has a delivery in hand, and whose turn it is when one of its key is through.

/**
 * Takes a delivery up, for as long as the lease. Undefined: another node has it, or it is not due any more. `ended`: its
 * task was stopped, and so is the delivery now.
 */
export async function claimDelivery(
  core: Core,
  { id, run, taskId, orderKey }: Delivery,
  leaseMs: number,
): Promise<Claim | 'ended' | undefined> {
  return core.db.transaction(async (tx) => {
    const now = new Date(core.now())
    const { count } = await tx.webhookDelivery.updateMany({
      where: { id, run, status: 'waiting', dueAt: { lte: now } },
      data: {
        run: { increment: 1 },
        attempts: { increment: 1 },
        dueAt: new Date(now.getTime() + leaseMs),
      },
    })
    if (count === 0) return undefined
    const claim = await claimTaskWithin(core, tx, taskId, leaseMs)
    if (claim?.stopAsked) await changeTaskWithin(core, tx, claim, { status: 'Stopped' })
    if (!claim || claim.stopAsked) {
      await tx.webhookDelivery.updateMany({ where: { id }, data: endedAt(now) })
      await releaseNext(tx, orderKey, now)
      return 'ended'
    }
    return claim
  })
}

const HEADS_AT_ONCE = 100
const BEHIND_AT_ONCE = 900

/**
 * What is due although its task was stopped ends, with what was stopped behind it, some hundreds at a time: one after the
 * other it would keep everybody's deliveries waiting. Gives their number.
 */
export async function endStopped(core: Core): Promise<number> {
  return core.db.transaction(async (tx) => {
    const now = new Date(core.now())
    const heads = await tx.$queryRaw<{ id: bigint | number; order_key: string }[]>`
      SELECT d.id, d.order_key FROM webhook_deliveries d JOIN tasks t ON t.id = d.task_id
       WHERE d.due_at <= ${now} AND d.status = 'waiting' AND t.ended_at IS NOT NULL
       ORDER BY d.due_at, d.id LIMIT ${HEADS_AT_ONCE} FOR UPDATE`
    if (heads.length === 0) return 0
    const keys = [...new Set(heads.map((head) => head.order_key))]
    const behind = await tx.$queryRaw<{ id: bigint | number }[]>(
      sql`SELECT d.id FROM webhook_deliveries d JOIN tasks t ON t.id = d.task_id
           WHERE d.order_key IN (${join(keys)}) AND d.status = 'blocked' AND t.ended_at IS NOT NULL
           ORDER BY d.id LIMIT ${BEHIND_AT_ONCE} FOR UPDATE`,
    )
    const ids = [...heads, ...behind].map(({ id }) => id)
    await tx.webhookDelivery.updateMany({ where: { id: { in: ids.map(Number) } }, data: endedAt(now) })
    for (const key of keys) await releaseNext(tx, key, now)
    return ids.length
  })
}

const endedAt = (now: Date) => ({ status: 'dead', dueAt: null, finishedAt: now })

/** The next of a key has its turn, once the one before is through. */
export async function releaseNext(tx: Tx, orderKey: string, now: Date): Promise<void> {
  // A locking read, for what came into the table since the transaction began.
  const [next] = await tx.$queryRaw<{ id: bigint | number }[]>`
    SELECT id FROM webhook_deliveries WHERE order_key = ${orderKey} AND status = 'blocked'
      ORDER BY id LIMIT 1 FOR UPDATE`
  if (next)
    await tx.webhookDelivery.updateMany({
      where: { id: next.id, status: 'blocked' },
      data: { status: 'waiting', dueAt: now },
    })
}
