import { expect, it } from 'vitest'
import { usageOf } from './usage.ts'

it.each([
  [0, 100, 'free', 0],
  [84, 100, 'free', 0.84],
  [85, 100, 'warn', 0.85],
  [99, 100, 'warn', 0.99],
  [100, 100, 'full', 1],
  [250, 100, 'full', 1],
  [0, 0, 'full', 1],
  [250, -1, 'unlimited', 0],
] as const)('%d of %d is %s', (used, limit, level, share) => {
  expect(usageOf(used, limit)).toEqual({ level, share })
})
