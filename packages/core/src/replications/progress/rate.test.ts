import { expect, it } from 'vitest'
import { bytesPerSecond, etaSeconds, moved, type Rate } from './rate.ts'

const still: Rate = { bytesPerSecond: 0, at: null, since: null }

it('a rate is right from the first seconds on, whoever tells of it and how often, and fades when nothing moves', () => {
  for (const workers of [1, 7]) {
    let rate = still
    for (let ms = 3_000; ms <= 60_000; ms += 3_000) {
      for (let worker = 0; worker < workers; worker++) rate = moved(rate, 3_000_000 / workers, ms)
      const shown = bytesPerSecond(rate, ms)
      expect(shown).toBeGreaterThan(950_000)
      expect(shown).toBeLessThan(1_250_000)
    }
    expect(bytesPerSecond(rate, 80_000)).toBeLessThan(200_000)
    // After half a minute without a byte nothing moves, and no end can be told.
    expect(bytesPerSecond(rate, 91_000)).toBe(0)
    expect(bytesPerSecond(moved(rate, 3_000_000, 91_000), 91_000)).toBeGreaterThan(900_000)
    // Measured anew after a silence, and by another clock.
    expect(bytesPerSecond(moved(rate, 3_000_000, 900_000), 900_000)).toBeGreaterThan(900_000)
    expect(bytesPerSecond(moved(rate, 0, 50_000), 60_000)).toBe(bytesPerSecond(rate, 60_000))
  }
  expect(bytesPerSecond(still, 1_000)).toBe(0)
})

it('the end is told from what is left, and not at all where nothing can be said', () => {
  const progress = { totalBytes: 1_000, doneBytes: 400, failedBytes: 100, sized: 10, bytesPerSecond: 50 }
  expect(etaSeconds(progress, { open: 5, total: 10 })).toBe(10)
  // Two whose size nobody knows are as large as the others.
  expect(etaSeconds(progress, { open: 5, total: 12 })).toBe(14)
  expect(etaSeconds({ ...progress, bytesPerSecond: 0 }, { open: 5, total: 10 })).toBeUndefined()
  expect(etaSeconds(progress, { open: 0, total: 10 })).toBeUndefined()
})
