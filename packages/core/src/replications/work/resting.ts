import type { Core } from '../../context/index.ts'

const SAME_MS = 1_000
const rests = new WeakMap<Core, Map<number, number>>()

/** A transfer of this process does nothing but wait, for so long, until its registry wants to be asked again. Whether that is news. */
export function noteResting(core: Core, taskId: number, waitMs: number): boolean {
  const until = rests.get(core) ?? new Map<number, number>()
  rests.set(core, until)
  const untilMs = performance.now() + waitMs
  // Many who were asking at once hear the same.
  if (untilMs < (until.get(taskId) ?? 0) + SAME_MS) return false
  until.set(taskId, untilMs)
  return true
}

/** It has ended. */
export const forgetResting = (core: Core, taskId: number): void => void rests.get(core)?.delete(taskId)

/** Whether it rests now: its place is free for others meanwhile. */
export const isResting = (core: Core, taskId: number): boolean =>
  (rests.get(core)?.get(taskId) ?? 0) > performance.now()
