import type { Schemas } from '@berth/contract'

type Execution = Schemas['ReplicationExecution']

export const isRunning = ({ status }: { status?: string | undefined }): boolean =>
  status === 'InProgress' || status === 'Pending'

/** Whether a run that is under way waits until its registry is tried again. */
export const isPaused = (run: Pick<Execution, 'status' | 'paused_until'>): boolean =>
  isRunning(run) && run.paused_until !== undefined

/** Whether a run did not begin, because the one before it was still under way. */
export const wasSkipped = ({ reason_code: code }: Pick<Execution, 'reason_code'>): boolean =>
  code === 'skipped'

/** Artifacts that were found so far: while both sides are compared, that is one of the tasks itself. */
export const foundOf = ({ total = 0, planning }: Pick<Execution, 'total' | 'planning'>): number =>
  planning ? Math.max(0, total - 1) : total

/**
 * How much of a run has arrived, 0 to 1: by bytes where they are known, else by artifacts. Undefined while nothing can be
 * told: both sides are still compared, so that the whole only grows. Whole is only what is done: what is missing may have no bytes that are known.
 */
export function shareOf(execution: Execution): number | undefined {
  const running = isRunning(execution)
  if (execution.status === 'Succeed') return 1
  if (running && execution.planning) return undefined
  const { bytes_total: bytes = 0, bytes_done: doneBytes = 0, total = 0, succeed = 0 } = execution
  if (bytes > 0) return Math.min(doneBytes / bytes, 0.99)
  return total > 0 ? Math.min(succeed / total, 1) : running ? undefined : 0
}

/** What it means that a run has no tasks: what the source has none of, or no filter lets pass, is not in step. */
export function whyNothing({
  status,
  in_step: inStep = 0,
}: Execution): 'notYet' | 'ended' | 'inStep' | 'notMeant' {
  if (isRunning({ status })) return 'notYet'
  if (status !== 'Succeed') return 'ended'
  return inStep > 0 ? 'inStep' : 'notMeant'
}

/** Seconds between the two, as far as they are known. */
export function tookSeconds(begun: string | undefined, ended: string | undefined): number | undefined {
  if (!begun || !ended) return undefined
  return Math.max(0, (new Date(ended).getTime() - new Date(begun).getTime()) / 1_000)
}
