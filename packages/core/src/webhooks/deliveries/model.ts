import type { Columns } from '../../list-query/index.ts'
import type { WebhookEvent } from '../model.ts'
import type { Answer } from '../rules.ts'

/** `blocked`: an earlier delivery of the same policy, target and subject is not through yet. `dead`: given up. */
export type DeliveryStatus = 'blocked' | 'waiting' | 'delivered' | 'dead'

export interface Delivery {
  id: number
  projectId: number
  policyId: number
  executionId: number
  taskId: number
  /** What receivers know it by. */
  uid: string
  eventType: WebhookEvent
  /** The id of one of the policy's targets. */
  target: number
  host: string
  subject: string
  orderKey: string
  status: DeliveryStatus
  run: number
  /** Since it was last asked for. */
  attempts: number
  dueAt: Date | null
  answer: Answer | null
  createdAt: Date
  finishedAt: Date | null
}

/** What `q` and `sort` may name. */
export const deliveryColumns: Columns = {
  id: { sql: 'd.id', type: 'integer' },
  event_type: { sql: 'd.event_type', type: 'text' },
  status: { sql: 'd.status', type: 'text', lowerCase: true },
  subject: { sql: 'd.subject', type: 'text' },
  attempts: { sql: 'd.attempts', type: 'integer' },
  creation_time: { sql: 'd.created_at', type: 'time' },
  end_time: { sql: 'd.finished_at', type: 'time' },
}
