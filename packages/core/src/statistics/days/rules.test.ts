import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayOf, dayText, parsePeriod, parseWindow } from './model.ts'
import { everyDay, rangesOf, storagePerDay } from './rules.ts'

const today = dayOf(Date.UTC(2026, 10, 21, 23, 59))

test('days are those of UTC', () => {
  expect(dayText(today)).toBe('2026-11-21')
  expect(dayOf(new Date('2026-11-22T00:00:00+02:00'))).toBe(today)
  expect(dayOf(new Date('2026-11-22T00:00:00Z'))).toBe(today + 1)
})

test('a period is the last 30 days unless its ends are given', () => {
  expect(parsePeriod(today, undefined, undefined)).toEqual({ from: today - 29, to: today })
  expect(parsePeriod(today, '2026-11-01', undefined)).toEqual({ from: today - 20, to: today })
  expect(parsePeriod(today, undefined, '2026-11-20')).toEqual({ from: today - 30, to: today - 1 })
  expect(parsePeriod(today, '2024-02-29', '2024-02-29').to).toBe(dayOf(Date.UTC(2024, 1, 29)))
})

test.each([
  ['the end before the beginning', '2026-11-02', '2026-11-01'],
  ['more than a year', '2025-11-20', '2026-11-21'],
  ['a day that is none', '2026-02-30', undefined],
  ['a time', '2026-02-03T00:00:00Z', undefined],
  ['words', 'yesterday', undefined],
])('%s is no period', (_, from, to) => {
  expect(() => parsePeriod(today, from, to)).toThrow()
})

test('a window ends with today', () => {
  expect(parseWindow(today, '1d')).toEqual({ from: today, to: today })
  expect(parseWindow(today, '90d')).toEqual({ from: today - 89, to: today })
  for (const text of ['0d', '91d', '7', '-1d', '7 d', '1e1d'])
    expect(() => parseWindow(today, text)).toThrow()
})

test('days without a count are days on which nothing happened', () => {
  expect(everyDay({ from: 5, to: 7 }, [{ day: 6, pulls: 2, pushes: 1 }])).toEqual([
    { day: 5, pulls: 0, pushes: 0 },
    { day: 6, pulls: 2, pushes: 1 },
    { day: 7, pulls: 0, pushes: 0 },
  ])
})

test('what was measured holds until it is measured again, and says nothing of the time before or to come', () => {
  const measured = [
    { projectId: 1, day: 3, storageBytes: 100 },
    { projectId: 2, day: 6, storageBytes: 10 },
    { projectId: 1, day: 7, storageBytes: 40 },
  ]
  expect(storagePerDay({ from: 5, to: 9 }, measured, 8)).toEqual([
    { day: 5, storageBytes: 100 },
    { day: 6, storageBytes: 110 },
    { day: 7, storageBytes: 50 },
    { day: 8, storageBytes: 50 },
  ])
  expect(storagePerDay({ from: 5, to: 7 }, measured.slice(1), 9)).toEqual([
    { day: 6, storageBytes: 10 },
    { day: 7, storageBytes: 50 },
  ])
})

test('weeks and spans of four add up the same days, each once, and few of them', () => {
  fc.assert(
    fc.property(fc.nat(30_000), fc.integer({ min: 1, max: 90 }), (to, length) => {
      const from = to - length + 1
      const sums = rangesOf({ from, to }).flatMap(({ days, ...range }) => {
        const firsts = Array.from(
          { length: Math.max(0, range.to - range.from + 1) },
          (_, n) => range.from + n,
        )
        return firsts.filter((day) => day % days === 0).map((day) => ({ day, days }))
      })
      const covered = sums.flatMap(({ day, days }) => Array.from({ length: days }, (_, n) => day + n))
      expect(covered.slice(0, length)).toEqual(Array.from({ length }, (_, n) => from + n))
      expect(sums.every(({ day }) => day <= to)).toBe(true)
      expect(sums.length).toBeLessThan(20)
    }),
  )
})
