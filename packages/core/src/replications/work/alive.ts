import type { Core } from '../../context/index.ts'

const ALIVE_MS = 60_000

const heard = new WeakMap<Core, Map<number, number>>()

/** A registry answered this process, or bytes go there or come from it. */
export function noteAlive(core: Core, registryId: number): void {
  const times = heard.get(core) ?? new Map<number, number>()
  heard.set(core, times)
  times.set(registryId, core.now())
}

/** Whether it did within the last minute. */
export const isAlive = (core: Core, registryId: number): boolean =>
  core.now() - (heard.get(core)?.get(registryId) ?? Number.NEGATIVE_INFINITY) < ALIVE_MS
