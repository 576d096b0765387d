import { badRequest } from '../../errors/index.ts'
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

/** Those that a word stands for, Harbor's or the stored one. @throws DomainError BAD_REQUEST */
export function parseStatus(word: string): TaskStatus[] {
  const found = (Object.keys(shownStatuses) as TaskStatus[]).filter(
    (status) => status === word || shownStatuses[status] === word,
  )
  if (found.length > 0) return found
  throw badRequest(`status is one of ${[...new Set(Object.values(shownStatuses))].join(', ')}`)
}

/** @throws DomainError BAD_REQUEST */
export function parseTrigger(word: string): ExecutionTrigger {
  const found = (Object.keys(shownTriggers) as ExecutionTrigger[]).find(
    (trigger) => trigger === word || shownTriggers[trigger] === word,
  )
  if (found) return found
  throw badRequest(`trigger is one of ${Object.values(shownTriggers).join(', ')}`)
}
