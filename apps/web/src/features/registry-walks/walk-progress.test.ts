import { describe, expect, it } from 'vitest'
import { addSample, progressOf, type Sample } from './walk-progress.ts'

const counts = (repositories: number, done: number) => ({ repositories, repositories_done: done })

describe('progressOf', () => {
  it('knows nothing while the catalog is being read', () => {
    expect(progressOf(counts(0, 0), [])).toEqual({
      share: undefined,
      perSecond: undefined,
      secondsLeft: undefined,
    })
  })
  it('says how much is done, how fast, and how long it takes', () => {
    const samples = [
      { atMs: 1_000, done: 100 },
      { atMs: 3_000, done: 150 },
    ]
    expect(progressOf(counts(400, 150), samples)).toEqual({ share: 0.375, perSecond: 25, secondsLeft: 10 })
  })
  it('estimates nothing while it stands still', () => {
    const samples = [
      { atMs: 0, done: 5 },
      { atMs: 9_000, done: 5 },
    ]
    expect(progressOf(counts(10, 5), samples)).toMatchObject({ perSecond: 0, secondsLeft: undefined })
  })
  it('is never more than whole', () => {
    expect(progressOf(counts(10, 12), []).share).toBe(1)
  })
})

describe('addSample', () => {
  it('keeps the last twenty seconds', () => {
    let samples: Sample[] = []
    for (let second = 0; second <= 60; second++)
      samples = addSample(samples, { atMs: second * 1_000, done: second })
    expect([samples[0]?.atMs, samples.length]).toEqual([40_000, 21])
  })
  it('begins anew when the count goes back', () => {
    expect(addSample([{ atMs: 0, done: 9 }], { atMs: 1, done: 2 })).toEqual([{ atMs: 1, done: 2 }])
  })
})
