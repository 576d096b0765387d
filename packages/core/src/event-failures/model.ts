import type { EventType } from '../events/index.ts'
import type { Columns } from '../list-query/index.ts'

/** An event that a subscriber could not take; what it tells of has happened, and everybody else has heard of it. */
export interface EventFailure {
  id: number
  /** Who could not take it, as `webhooks` or `notices`. */
  subscriber: string
  type: EventType
  subject: string
  projectId: number | null
  /** When it happened. */
  at: Date
  actorName: string
  requestId: string
  attempts: number
  /** Why the last attempt failed; empty for what waits behind another event of its subject. */
  error: string
  failedAt: Date
  /** When it is tried again; null when it was given up. */
  dueAt: Date | null
}

const STATUS = `CASE WHEN due_at IS NULL THEN 'given up' ELSE 'retrying' END`

/** What `q` and `sort` may name. */
export const failureColumns: Columns = {
  id: { sql: 'id', type: 'integer' },
  subscriber: { sql: 'subscriber', type: 'text' },
  type: { sql: 'type', type: 'text' },
  subject: { sql: 'subject', type: 'text' },
  project_id: { sql: 'project_id', type: 'integer' },
  status: { sql: STATUS, type: 'text', sortable: false },
  attempts: { sql: 'attempts', type: 'integer' },
  at: { sql: 'at', type: 'time' },
  failed_at: { sql: 'failed_at', type: 'time' },
}
