import type { Core } from '../../context/index.ts'
import { type Registry, reachedAs, readRegistry } from '../../registries/index.ts'
import { onBeat } from './beats.ts'
import { Ended } from './hold.ts'

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

/**
 * Looks every three seconds, while a transfer rests, whether its registry is still to be left alone and is reached as before:
 * whoever enters other credentials there waits for nobody who would ask with the old ones.
 *
 * @param registry as it was opened; its pause must have been written before
 * @param end given why the rest is over before its time
 * @returns ends the looks
 */
export function watchRest(
  core: Core,
  taskId: number,
  registry: Registry,
  end: (why: Ended) => void,
): () => void {
  const look = async () => {
    const now = await readRegistry(core, registry.id)
    // By now it may have asked again.
    if (!now || !isResting(core, taskId)) return
    const isPaused = now.pausedUntil !== null && now.pausedUntil.getTime() > core.now()
    if (!isPaused || reachedAs(now) !== reachedAs(registry)) end(new Ended('anew'))
  }
  return onBeat(core, () => {
    // Should the database not answer, the next look does.
    if (isResting(core, taskId)) void look().catch(() => {})
  })
}
