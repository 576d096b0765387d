import type { Core } from '../../context/index.ts'
import { and, type Condition } from '../../list-query/index.ts'
import type { Busy } from './lanes.ts'
import type { Delivery } from './model.ts'
import { type DeliveryRow, deliveryFields, toDelivery } from './store.ts'

// The words of core/job-queues: nothing is sent while somebody paused it.
const notPaused: Condition = {
  sql: "NOT EXISTS (SELECT 1 FROM job_queues q WHERE q.job_type = 'WEBHOOK' AND q.paused)",
  params: [],
}

/** What is due, the longest first, and not busy. */
export async function readDue(core: Core, now: Date, busy: Busy, limit: number): Promise<Delivery[]> {
  const conditions: Condition[] = [{ sql: 'd.due_at <= ?', params: [now] }, notPaused]
  const hosts = isOneOf('d.host', busy.provenHosts)
  if (busy.hosts.length > 0) conditions.push(not(isOneOf('d.host', busy.hosts)))
  if (busy.projects.length > 0) conditions.push(not(ofProjects(busy.projects)))
  if (busy.unproven === 'all') conditions.push(hosts)
  else if (busy.unproven.length > 0) {
    const others = not(ofProjects(busy.unproven))
    conditions.push({ sql: `(${hosts.sql} OR ${others.sql})`, params: [...hosts.params, ...others.params] })
  }
  const { sql, params } = and(conditions)
  const rows = await core.db.query<DeliveryRow>(
    `SELECT ${deliveryFields} FROM webhook_deliveries d WHERE ${sql} ORDER BY d.due_at, d.id LIMIT ?`,
    [...params, limit],
  )
  return rows.map(toDelivery)
}

const isOneOf = (column: string, values: readonly (string | number)[]): Condition => ({
  sql: values.length === 0 ? '1 = 0' : `${column} IN (${values.map(() => '?').join(', ')})`,
  params: [...values],
})
const not = ({ sql, params }: Condition): Condition => ({ sql: `NOT (${sql})`, params })

function ofProjects(ids: readonly number[]): Condition {
  const { sql, params } = isOneOf('w.project_id', ids)
  return { sql: `d.policy_id IN (SELECT w.id FROM webhook_policies w WHERE ${sql})`, params }
}
