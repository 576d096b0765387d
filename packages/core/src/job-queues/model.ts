import type { VendorType } from '../executions/index.ts'

/** Kinds of work that wait as tasks. What else comes to do its work as tasks adds its word here. */
export const taskTypes = [
  'PURGE_AUDIT_LOG',
  'REPLICATION',
  'WEBHOOK',
] as const satisfies readonly VendorType[]
/** Everything that starts by itself at a time that people set. */
export const SCHEDULER = 'SCHEDULER'

/** The queues that people may pause, in Harbor's words. What Berth does for itself, as sealing the audit log, is none. */
export const jobTypes = [SCHEDULER, ...taskTypes] as const
export type JobType = (typeof jobTypes)[number]

export interface JobQueue {
  jobType: JobType
  waiting: number
  running: number
  /** Within the last day. */
  failed: number
  /** How long the first of those that could begin at once has waited. */
  latencyMs: number
  paused: boolean
}

export const queueActions = ['stop', 'pause', 'resume'] as const
export type QueueAction = (typeof queueActions)[number]

/** A process that does jobs. */
export interface WorkerPool {
  node: string
  pid: number
  startedAt: Date
  beatAt: Date
  /** How many jobs it does at once. */
  concurrency: number
}
