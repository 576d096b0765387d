import type { Core } from '../../context/index.ts'
import { pause } from './steadily.ts'
import { reserveBandwidth } from './store.ts'

export const BYTES_PER_KILOBIT = 125
/** How much of a registry's bandwidth a process speaks for at a time. */
const SHARE_MS = 1_000

type Pass = (bytes: number, signal: AbortSignal | undefined) => Promise<void>

const limiters = new WeakMap<Core, Map<number, { kbps: number; pass: Pass }>>()

/** The one limiter of this process for a registry: what one artifact leaves of a second is the next one's. */
export function bandwidthOf(core: Core, registryId: number, kbps: number): Pass {
  const known = limiters.get(core) ?? new Map<number, { kbps: number; pass: Pass }>()
  limiters.set(core, known)
  const found = known.get(registryId)
  if (found?.kbps === kbps) return found.pass
  const pass = sharedBandwidth(core, registryId, kbps)
  known.set(registryId, { kbps, pass })
  return pass
}

/**
 * Lets bytes pass at no more than so many kilobits per second to or from one registry, all processes taken together: each
 * speaks for a second's worth in a row that all share, and waits for its turn.
 */
export function sharedBandwidth(core: Core, registryId: number, kbps: number): Pass {
  const bytesPerMs = (kbps * BYTES_PER_KILOBIT) / 1_000
  let leftBytes = 0
  /** When the next share begins, by `performance.now()`: of a take that was broken off it is the next one's. */
  let startsAtMs: number | undefined
  let last: Promise<void> = Promise.resolve()
  const take = async (bytes: number, signal: AbortSignal | undefined) => {
    signal?.throwIfAborted()
    while (leftBytes < bytes) {
      startsAtMs ??= performance.now() + (await reserveBandwidth(core, registryId, SHARE_MS))
      const waitMs = startsAtMs - performance.now()
      if (waitMs > 0) await pause(waitMs, signal)
      startsAtMs = undefined
      leftBytes += bytesPerMs * SHARE_MS
    }
    leftBytes -= bytes
  }
  // One after the other, in this process too.
  return (bytes, signal) => {
    const turn = last.then(() => take(bytes, signal))
    last = turn.catch(() => {})
    return turn
  }
}
