import { expect, it } from 'vitest'
import { Histogram } from './histogram.ts'

it('is exact to the microsecond in the range of a request', () => {
  const histogram = new Histogram()
  for (let microseconds = 1; microseconds <= 1_000; microseconds++) histogram.record(microseconds)
  expect(histogram.percentile(0.5)).toBe(500)
  expect(histogram.percentile(0.99)).toBe(990)
})

it('stays within two per cent above', () => {
  const histogram = new Histogram()
  histogram.record(2_000_000)
  expect(histogram.percentile(0.5) / 2_000_000).toBeGreaterThan(0.98)
  expect(histogram.percentile(0.5) / 2_000_000).toBeLessThan(1.02)
})

it('has no percentile of nothing', () => {
  expect(new Histogram().percentile(0.5)).toBeNaN()
})
