import { expect, test } from 'vitest'
import { createPace } from './pace.ts'
import { inParallel } from './parallel.ts'

test('turns come no faster than asked for, also when many are asked for at once', async () => {
  let nowMs = 1_000
  const waits: number[] = []
  const clock = {
    nowMs: () => nowMs,
    wait: async (ms: number) => void waits.push(ms),
  }
  const pace = createPace(100, new AbortController().signal, clock)
  for (let n = 0; n < 4; n++) await pace.turn()
  expect(waits).toEqual([10, 20, 30])
  nowMs += 35
  await pace.turn()
  expect(waits).toEqual([10, 20, 30, 5])
  // Time that nobody used is not saved up.
  nowMs += 60_000
  await pace.turn()
  await pace.turn()
  expect(waits).toEqual([10, 20, 30, 5, 10])
  expect(pace.turns).toBe(7)
})

test('who waits for a turn is let go by the signal', async () => {
  const ending = new AbortController()
  const pace = createPace(1, ending.signal)
  await pace.turn()
  const waiting = pace.turn()
  ending.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow()
  await expect(pace.turn()).rejects.toThrow('enough')
})

test('work in parallel keeps to its width and stops at the first failure', async () => {
  let now = 0
  let most = 0
  const seen: number[] = []
  const work = async (n: number) => {
    most = Math.max(most, ++now)
    await Promise.resolve()
    seen.push(n)
    now--
    if (n === 10) throw new Error('ten')
  }
  await expect(
    inParallel(
      Array.from({ length: 100 }, (_, n) => n),
      3,
      work,
    ),
  ).rejects.toThrow('ten')
  expect(most).toBe(3)
  expect(seen.length).toBeLessThan(16)
})
