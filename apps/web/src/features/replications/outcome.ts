import type { Schemas } from '@berth/contract'
import type { Tone } from '@berth/ui'
import { type TaskStatus, taskStatuses } from './replication-input.ts'

type Task = Pick<Schemas['ReplicationTask'], 'status' | 'next_attempt_at'> & { reason_code?: string }

/** What a task that ended well came to. */
const outcomes = {
  copied: 'good',
  in_step: 'good',
  deleted: 'good',
  nothing_to_delete: 'good',
  partly: 'warn',
  kept: 'neutral',
  superseded: 'neutral',
  not_meant: 'neutral',
  stays: 'neutral',
} as const satisfies Partial<Record<Schemas['ReplicationReason'], Tone>>
export type Outcome = keyof typeof outcomes

const tones: Record<TaskStatus, Tone> = {
  Pending: 'neutral',
  InProgress: 'accent',
  Succeed: 'good',
  Failed: 'bad',
  Stopped: 'warn',
}
export const statusTone = (status: TaskStatus): Tone => tones[status]

export const knownStatus = (status: string | undefined): TaskStatus =>
  taskStatuses.find((one) => one === status) ?? 'Pending'

/** What is said of a task first: what it came to, or its state. What is to be tried again does not run, nor does it wait for its first turn. */
export function outcomeOf({ status, reason_code: code = '', next_attempt_at: next }: Task): {
  tone: Tone
  outcome?: Outcome
  status: TaskStatus | 'Again'
} {
  if (next !== undefined) return { tone: 'neutral', status: 'Again' }
  const known = knownStatus(status)
  if (known !== 'Succeed' || !Object.hasOwn(outcomes, code)) return { tone: tones[known], status: known }
  const outcome = code as Outcome
  return { tone: outcomes[outcome], outcome, status: known }
}
