import type { ExecutionTrigger, TaskStatus } from '../../executions/index.ts'

/** Harbor shows replications in words of their own. */
const shownStatuses = {
  Pending: 'Pending',
  Scheduled: 'InProgress',
  Running: 'InProgress',
  Success: 'Succeed',
  Error: 'Failed',
  Stopped: 'Stopped',
} as const satisfies Record<TaskStatus, string>
const shownTriggers = {
  MANUAL: 'manual',
  SCHEDULE: 'scheduled',
  EVENT: 'event_based',
} as const satisfies Record<ExecutionTrigger, string>

export const showStatus = (status: TaskStatus): string => shownStatuses[status]
export const showTrigger = (trigger: ExecutionTrigger): string => shownTriggers[trigger]

/** Those that a word stands for, Harbor's or the stored one: none for any other. */
export const statusesOf = (word: string): TaskStatus[] =>
  (Object.keys(shownStatuses) as TaskStatus[]).filter(
    (status) => status === word || shownStatuses[status] === word,
  )

export const triggersOf = (word: string): ExecutionTrigger[] =>
  (Object.keys(shownTriggers) as ExecutionTrigger[]).filter(
    (trigger) => trigger === word || shownTriggers[trigger] === word,
  )
