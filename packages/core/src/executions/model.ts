import type { Columns } from '../list-query/index.ts'

/** The kinds of background work that show themselves as executions, in Harbor's words. */
export const vendorTypes = [
  'WEBHOOK',
  'PURGE_AUDIT_LOG',
  'REPLICATION',
  // Of policies that are gone: shown nowhere, and removed bit by bit.
  'REPLICATION_REMOVED',
  'RETENTION',
  'GARBAGE_COLLECTION',
] as const
export type VendorType = (typeof vendorTypes)[number]
export type ExecutionTrigger = 'MANUAL' | 'SCHEDULE' | 'EVENT'

export const finalStatuses = ['Success', 'Error', 'Stopped'] as const
export type FinalStatus = (typeof finalStatuses)[number]
export type TaskStatus = 'Pending' | 'Scheduled' | 'Running' | FinalStatus
export type ExecutionStatus = 'Running' | FinalStatus

export const isFinal = (status: TaskStatus): status is FinalStatus =>
  (finalStatuses as readonly string[]).includes(status)

/** Facts about the work, shown as they are: nothing secret may stand in here. */
export type ExtraAttrs = Record<string, unknown>

/** Where an execution belongs: whoever asks for one says so, and one that belongs elsewhere is not there. */
export interface Vendor {
  vendorType: VendorType
  /** 0 where there is only one. */
  vendorId: number
}

/** Something to say of an execution, as a word for programs and as a sentence. */
export interface Note {
  reason: string
  sentence: string
}

/** The word of an execution that never started, since the one before it was under way. */
export const SKIPPED = 'skipped'

/** How many tasks are in which status. */
export type TaskCounts = Record<TaskStatus, number>

export interface Execution extends Vendor {
  id: number
  trigger: ExecutionTrigger
  status: ExecutionStatus
  statusMessage: string
  /** Why it ended so, as a word of its vendor; empty where there is none. */
  statusReason: string
  notes: readonly Note[]
  extraAttrs: ExtraAttrs
  startedAt: Date
  stopAskedAt: Date | null
  endedAt: Date | null
  tasks: TaskCounts
}

export interface Task {
  id: number
  executionId: number
  status: TaskStatus
  statusMessage: string
  runCount: number
  extraAttrs: ExtraAttrs
  createdAt: Date
  startedAt: Date | null
  updatedAt: Date
  endedAt: Date | null
}

export interface NewExecution extends Vendor {
  trigger: ExecutionTrigger
  extraAttrs?: ExtraAttrs
  /** Those that are known already; others come with `addTasksWithin`. `Scheduled` ones wait for a time of their own. */
  tasks?: readonly { status?: 'Pending' | 'Scheduled'; extraAttrs?: ExtraAttrs }[]
}

/** A task that a worker holds: what it writes with an older run's number is not written. */
export interface Claim {
  taskId: number
  run: number
}

/** What `q` and `sort` may name. */
export const executionColumns: Columns = {
  id: { sql: 'e.id', type: 'integer' },
  vendor_id: { sql: 'e.vendor_id', type: 'integer' },
  status: { sql: 'e.status', type: 'text' },
  trigger: { sql: 'e.trigger_kind', type: 'text' },
  start_time: { sql: 'e.started_at', type: 'time' },
  end_time: { sql: 'e.ended_at', type: 'time' },
}
export const taskColumns: Columns = {
  id: { sql: 't.id', type: 'integer' },
  status: { sql: 't.status', type: 'text' },
  run_count: { sql: 't.run_count', type: 'integer' },
  creation_time: { sql: 't.created_at', type: 'time' },
  start_time: { sql: 't.started_at', type: 'time' },
  update_time: { sql: 't.updated_at', type: 'time' },
  end_time: { sql: 't.ended_at', type: 'time' },
}
