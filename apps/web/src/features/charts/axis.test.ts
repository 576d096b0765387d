import fc from 'fast-check'
import { expect, it } from 'vitest'
import { byteTicks, countTicks, labelledDays } from './axis.ts'

it.each([
  [0, [0, 1]],
  [1, [0, 1]],
  [2, [0, 1, 2]],
  [3, [0, 1, 2, 3]],
  [7, [0, 5, 10]],
  [100, [0, 50, 100]],
  [12_345, [0, 5_000, 10_000, 15_000]],
])('counts up to %i have the axis %j', (max, ticks) => {
  expect(countTicks(max)).toEqual(ticks)
})

it('bytes are marked in round binary units', () => {
  const MiB = 1024 ** 2
  expect(byteTicks(3.4 * MiB)).toEqual([0, 2 * MiB, 4 * MiB])
  expect(byteTicks(700)).toEqual([0, 256, 512, 768])
  expect(byteTicks(0)).toEqual([0, 1])
})

it('an axis begins at nothing, reaches every value in even steps, and is no table', () => {
  for (const ticksFor of [countTicks, byteTicks])
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 52 }), (max) => {
        const ticks = ticksFor(max)
        expect(ticks[0]).toBe(0)
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max)
        expect(ticks.length).toBeLessThanOrEqual(5)
        expect(ticks.length).toBeGreaterThanOrEqual(2)
      }),
    )
})

it('as many days are labelled as fit, today among them', () => {
  expect(labelledDays(7, 600)).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(labelledDays(30, 300)).toEqual([5, 13, 21, 29])
  expect(labelledDays(30, 10)).toEqual([29])
  expect(labelledDays(0, 300)).toEqual([])
})
