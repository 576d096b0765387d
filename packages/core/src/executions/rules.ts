import { plainText } from '../plain-text/index.ts'
import type { ExecutionStatus, TaskCounts, TaskStatus } from './model.ts'

export const noTasks = (): TaskCounts => ({
  Pending: 0,
  Scheduled: 0,
  Running: 0,
  Success: 0,
  Error: 0,
  Stopped: 0,
})

/** Harbor's rule: it runs while a task is not final; then one error outweighs stops, and stops outweigh success. */
export function statusOf(tasks: Partial<TaskCounts>): ExecutionStatus {
  const any = (status: TaskStatus) => (tasks[status] ?? 0) > 0
  if (any('Pending') || any('Scheduled') || any('Running')) return 'Running'
  if (any('Error')) return 'Error'
  return any('Stopped') ? 'Stopped' : 'Success'
}

/** Bytes of UTF-8 that a task's log may have: less than a TEXT of MySQL holds. */
export const MAX_LOG_BYTES = 48 * 1024
const LEFT_OUT = '\n… some lines are left out here …\n'

/** The log with what is new behind it. Of one that is too long beginning and end stay. */
export function appendToLog(log: string, text: string): string {
  const whole = log + plainText(text)
  if (Buffer.byteLength(whole) <= MAX_LOG_BYTES) return whole
  const bytes = Buffer.from(whole)
  const room = MAX_LOG_BYTES - Buffer.byteLength(LEFT_OUT) - 8
  const head = Math.floor(room / 4)
  return cut(bytes.subarray(0, head)) + LEFT_OUT + cut(bytes.subarray(bytes.length - (room - head)))
}

/** Characters cut in two go. */
const cut = (bytes: Buffer): string => bytes.toString('utf8').replaceAll('�', '')

export const message = (text: string): string => plainText(text, 1_000)
