import { setImmediate as nextTurn } from 'node:timers/promises'

// A request that waits for long matching waits for one slice of it.
const SLICE_MS = 10

let turns: Promise<unknown> = Promise.resolve()

/**
 * Long work in slices: call `pause` between its pieces. Everything else of this process has its turn after each slice,
 * and however many such works there are, one slice of one of them runs at a time.
 */
export function inSlices(): { pause(): Promise<unknown> | undefined } {
  let startedMs = performance.now()
  return {
    pause() {
      if (performance.now() - startedMs < SLICE_MS) return undefined
      turns = turns.then(() => nextTurn())
      return turns.then(() => {
        startedMs = performance.now()
      })
    },
  }
}
