import type { Execution, Task } from '../../executions/index.ts'
import type { Progress } from '../progress/index.ts'
import type { Reason } from '../reasons.ts'
import type { Direction, Transfer } from '../work/index.ts'

/** An execution with how far it is. */
export interface Replication extends Execution {
  progress: Progress
  /** Both sides are still compared. */
  planning: boolean
  /** The registry at its other end is left alone until then; absent when it is not, or nothing is to be done any more. */
  pausedUntil?: Date
  /**
   * Of the tasks that failed, deletions that so much speaks against that they are tried again one by one only. Counted where
   * one replication is asked for that has ended.
   */
  doubtful?: number
}

/** A task with what it has to do. */
export interface ReplicationTask extends Task {
  /** Undefined for one from before there were transfers. */
  transfer: ShownTransfer | undefined
}

export interface ShownTransfer {
  kind: Transfer['kind']
  direction: Direction
  /** Empty where both sides are compared. */
  source: string
  target: string
  digest: string
  tags: string[]
  sizeBytes: number
  doneBytes: number
  /** That failed. */
  attempts: number
  /** When a worker may take it up. */
  dueAt: Date | null
  /** What it came to, or why it failed or waits; empty as long as there is nothing to say. */
  reason: Reason | ''
}

/** What is not as it should be at the destination. */
export interface Missing {
  taskId: number
  kind: Transfer['kind']
  /** At the destination. */
  repository: string
  tags: string[]
  /** Empty for a repository that could not be compared. */
  digest: string
  sizeBytes: number
  reason: string
  /** The same as a word; empty where there is none. */
  reasonCode: Reason | ''
}
