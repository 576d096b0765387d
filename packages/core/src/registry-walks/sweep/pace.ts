import { setTimeout as delay } from 'node:timers/promises'

// A timer is no finer; shorter waits are made up for by the next ones.
const SHORTEST_WAIT_MS = 4

const realClock = {
  nowMs: () => performance.now(),
  wait: (ms: number, signal: AbortSignal): Promise<unknown> => delay(ms, undefined, { signal }),
}

/** Gives turns, `perSecond` of them, in the order asked for; rejects with the signal's reason. `turns` counts them. */
export function createPace(perSecond: number, signal: AbortSignal, clock = realClock) {
  const stepMs = 1_000 / perSecond
  let nextMs = 0
  const pace = {
    turns: 0,
    async turn(): Promise<void> {
      signal.throwIfAborted()
      pace.turns++
      const nowMs = clock.nowMs()
      nextMs = Math.max(nextMs + stepMs, nowMs)
      const waitMs = nextMs - nowMs
      if (waitMs >= SHORTEST_WAIT_MS) await clock.wait(waitMs, signal)
    },
  }
  return pace
}
