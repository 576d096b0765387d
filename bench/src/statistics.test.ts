import { describe, expect, it } from 'vitest'
import { median, meets, pairedRatio } from './statistics.ts'

describe('median', () => {
  it('is the middle one, whatever the order', () => {
    expect(median([9, 1, 5])).toBe(5)
  })
  it('is between the two middle ones of an even number', () => {
    expect(median([4, 1, 3, 100])).toBe(3.5)
  })
  it('sorts numbers as numbers', () => {
    expect(median([10, 9, 100])).toBe(10)
  })
  it('leaves the given values in their order', () => {
    const values = [3, 1, 2]
    median(values)
    expect(values).toEqual([3, 1, 2])
  })
  it('is no number for no values', () => {
    expect(median([])).toBeNaN()
  })
})

describe('pairedRatio', () => {
  it('cancels what slowed both in one round', () => {
    expect(pairedRatio([800, 80, 800], [1000, 100, 1000])).toEqual({ median: 0.8, min: 0.8, max: 0.8 })
  })
  it('does not let one disturbed round decide', () => {
    expect(pairedRatio([8, 1, 8], [10, 10, 10])).toEqual({ median: 0.8, min: 0.1, max: 0.8 })
  })
  it('counts only rounds that both have', () => {
    expect(pairedRatio([5, 9], [10])).toEqual({ median: 0.5, min: 0.5, max: 0.5 })
  })
  it('leaves out a round in which the other side did nothing', () => {
    expect(pairedRatio([5, 5], [0, 10]).median).toBe(0.5)
  })
})

describe('meets', () => {
  it('takes the bound itself as met', () => {
    expect(meets({ atLeast: 0.6 }, 0.6)).toBe(true)
    expect(meets({ atMost: 1.3 }, 1.3)).toBe(true)
  })
  it('refuses what is worse in the direction of the goal', () => {
    expect(meets({ atLeast: 0.6 }, 0.59)).toBe(false)
    expect(meets({ atMost: 1.3 }, 1.31)).toBe(false)
  })
  it('does not take an unmeasured ratio as met', () => {
    expect(meets({ atLeast: 0.6 }, Number.NaN)).toBe(false)
    expect(meets({ atMost: 1.3 }, Number.NaN)).toBe(false)
  })
})
