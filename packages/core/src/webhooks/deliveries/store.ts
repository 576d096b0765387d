import { join, sql, type Tx } from '@berth/db'
import type { Core } from '../../context/index.ts'
import {
  type Claim,
  changeTaskWithin,
  createExecutions,
  restartTask,
  type TaskChange,
} from '../../executions/index.ts'
import { and, type ListQuery, orderBy, type Page, readPage, where } from '../../list-query/index.ts'
import type { Target } from '../model.ts'
import type { Answer } from '../rules.ts'
import { lockPolicy } from '../store.ts'
import { releaseNext } from './claims/store.ts'
import { type Delivery, type DeliveryStatus, deliveryColumns } from './model.ts'

export interface DeliveryRow extends Record<string, unknown> {
  id: number
  project_id: number
  policy_id: number
  execution_id: number
  task_id: number
  uid: string
  event_type: Delivery['eventType']
  target: number
  host: string
  subject: string
  order_key: string
  status: DeliveryStatus
  run: number
  attempts: number
  due_at: Date | null
  answer: Answer | null
  created_at: Date
  finished_at: Date | null
}
// The project by a look-up for each row that is given: a join could make the database begin with the policies.
export const deliveryFields = `d.id, (SELECT w.project_id FROM webhook_policies w WHERE w.id = d.policy_id) AS project_id, d.policy_id, d.execution_id, d.task_id, d.uid, d.event_type, d.target, d.host, d.subject,
  d.order_key, d.status, d.run, d.attempts, d.due_at, d.answer, d.created_at, d.finished_at`

export const toDelivery = (row: DeliveryRow): Delivery => ({
  id: row.id,
  projectId: row.project_id,
  policyId: row.policy_id,
  executionId: row.execution_id,
  taskId: row.task_id,
  uid: row.uid,
  eventType: row.event_type,
  target: row.target,
  host: row.host,
  subject: row.subject,
  orderKey: row.order_key,
  status: row.status,
  run: row.run,
  attempts: row.attempts,
  dueAt: row.due_at,
  answer: row.answer,
  createdAt: row.created_at,
  finishedAt: row.finished_at,
})

const MAX_ROWS = 1_000
const BATCH = 500

/** Newest first. */
export async function readDeliveries(
  core: Core,
  policyId: number,
  query: ListQuery,
): Promise<Page<Delivery>> {
  const condition = and([
    { sql: 'd.policy_id = ?', params: [policyId] },
    where(deliveryColumns, query.filters, core.db.provider),
  ])
  const parts = {
    columns: deliveryFields,
    from: 'webhook_deliveries d',
    condition,
    order: orderBy(deliveryColumns, query.sort, 'd.id DESC', 'd.id'),
  }
  const range = query.pageSize === 0 ? { page: 1, pageSize: MAX_ROWS } : query
  const { rows, total } = await readPage<DeliveryRow>(core.db, parts, range)
  return { items: rows.map(toDelivery), total }
}

export async function readDelivery(
  core: Core,
  policyId: number,
  id: number,
): Promise<(Delivery & { body: string }) | undefined> {
  const [row] = await core.db.query<DeliveryRow & { body: string }>(
    `SELECT ${deliveryFields}, d.body FROM webhook_deliveries d WHERE d.id = ? AND d.policy_id = ?`,
    [id, policyId],
  )
  return row && { ...toDelivery(row), body: row.body }
}

export type NewDelivery = Pick<
  Delivery,
  'policyId' | 'uid' | 'eventType' | 'target' | 'host' | 'subject' | 'orderKey'
> & { body: string; notifyType: Target['type']; operator: string }

/** Those of the keys under which a delivery is not through yet. The policies are held by the caller. */
export async function readOpenKeys(tx: Tx, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set()
  // A locking read: in a transaction that began earlier MariaDB would else show what was true then.
  const rows = await tx.$queryRaw<{ order_key: string }[]>(
    sql`SELECT order_key FROM webhook_deliveries
         WHERE order_key IN (${join([...keys])}) AND status IN ('blocked', 'waiting') FOR UPDATE`,
  )
  return new Set(rows.map((row) => row.order_key))
}

/** Writes deliveries with their executions and tasks. `blocked`: one of its key is before it. */
export async function insertDeliveries(
  core: Core,
  tx: Tx,
  deliveries: readonly (NewDelivery & { blocked: boolean })[],
): Promise<void> {
  const now = new Date(core.now())
  const executions = await createExecutions(
    core,
    tx,
    deliveries.map((delivery) => ({
      vendorType: 'WEBHOOK',
      vendorId: delivery.policyId,
      trigger: 'EVENT',
      extraAttrs: {
        event_type: delivery.eventType,
        notify_type: delivery.notifyType,
        operator: delivery.operator,
        payload: delivery.body,
      },
      tasks: [{ extraAttrs: { event_type: delivery.eventType, delivery_id: delivery.uid } }],
    })),
  )
  const rows = deliveries.map(({ notifyType: _, operator: __, blocked, ...delivery }, position) => ({
    ...delivery,
    executionId: executions[position]!.id,
    taskId: executions[position]!.taskIds[0]!,
    status: blocked ? 'blocked' : 'waiting',
    dueAt: blocked ? null : now,
    createdAt: now,
  }))
  for (let start = 0; start < rows.length; start += BATCH)
    await tx.webhookDelivery.createMany({ data: rows.slice(start, start + BATCH) })
}

export interface Outcome {
  status: 'waiting' | 'delivered' | 'dead'
  answer?: Answer
  /** When to try again. */
  dueAt?: Date
  task: TaskChange
}

/**
 * Writes what became of an attempt. The policy is locked for the last part only, in which the next of the key is set
 * free: it is one row for all that end at once. Undefined, and nothing written, when the attempt is somebody else's by
 * now or the policy is gone.
 */
export async function writeOutcome(
  core: Core,
  tx: Tx,
  { id, run, orderKey, policyId }: Delivery,
  claim: Claim,
  { status, answer, dueAt, task }: Outcome,
): Promise<{ enabled: boolean; deadInRow: number } | undefined> {
  const now = new Date(core.now())
  const final = status !== 'waiting'
  if (!(await changeTaskWithin(core, tx, claim, task))) return undefined
  const policy = await lockPolicy(tx, policyId)
  if (!policy) return undefined
  await tx.webhookDelivery.updateMany({
    where: { id, run: run + 1, status: 'waiting' },
    data: {
      status,
      dueAt: final ? null : dueAt,
      finishedAt: final ? now : null,
      ...(answer && { answer: answer as unknown as Record<string, never> }),
    },
  })
  if (final) await releaseNext(tx, orderKey, now)
  return policy
}

/** Puts a delivery that is through back to the beginning; false when it is not, or gone. The policy is held by the caller. */
export async function restartDelivery(core: Core, tx: Tx, policyId: number, id: number): Promise<boolean> {
  const delivery = await tx.webhookDelivery.findFirst({
    where: { id, policyId, status: { in: ['delivered', 'dead'] } },
    select: { id: true, taskId: true, orderKey: true },
  })
  // A purge may have it by now.
  if (!delivery || !(await restartTask(core, tx, Number(delivery.taskId)))) return false
  const blocked = (await readOpenKeys(tx, [delivery.orderKey])).has(delivery.orderKey)
  await tx.webhookDelivery.updateMany({
    where: { id },
    data: {
      status: blocked ? 'blocked' : 'waiting',
      dueAt: blocked ? null : new Date(core.now()),
      attempts: 0,
      finishedAt: null,
    },
  })
  return true
}

/** The first deliveries of a policy that were given up, after this id. */
export async function readDeadIds(
  core: Core,
  policyId: number,
  after: number,
  limit: number,
): Promise<number[]> {
  const rows = await core.db.query<{ id: number }>(
    `SELECT id FROM webhook_deliveries WHERE policy_id = ? AND status = 'dead' AND id > ? ORDER BY id LIMIT ?`,
    [policyId, after, limit],
  )
  return rows.map(({ id }) => id)
}

/** Deliveries that wait for one that is not there; there should be none. Gives how many were set free. */
export async function freeStranded(core: Core): Promise<number> {
  const rows = await core.db.query<{ order_key: string; policy_id: number }>(
    `SELECT DISTINCT b.order_key, b.policy_id FROM webhook_deliveries b WHERE b.status = 'blocked' AND NOT EXISTS
      (SELECT 1 FROM webhook_deliveries w WHERE w.order_key = b.order_key AND w.status = 'waiting') LIMIT 1000`,
  )
  for (const { order_key, policy_id } of rows)
    await core.db.transaction(async (tx) => {
      await tx.$queryRaw`SELECT id FROM webhook_policies WHERE id = ${policy_id} FOR UPDATE`
      const where = { orderKey: order_key, status: 'waiting' }
      if ((await tx.webhookDelivery.count({ where })) === 0)
        await releaseNext(tx, order_key, new Date(core.now()))
    })
  return rows.length
}
