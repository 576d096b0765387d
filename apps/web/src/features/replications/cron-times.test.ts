import { cronSamples } from '@berth/contract/samples'
import { describe, expect, it } from 'vitest'
import { cronProblem, nextTimes, usualTime } from './cron-times.ts'

// A Sunday.
const now = Date.UTC(2026, 10, 22, 3, 10, 30)
const texts = (cron: string, count = 3) =>
  nextTimes(cron, now, count)?.map((ms) => new Date(ms).toISOString().slice(0, 16))

describe('nextTimes', () => {
  it.each([
    ['0 0 * * * *', ['2026-11-22T04:00', '2026-11-22T05:00', '2026-11-22T06:00']],
    ['0 10 3 * * *', ['2026-11-23T03:10', '2026-11-24T03:10', '2026-11-25T03:10']],
    ['0 11 3 * * *', ['2026-11-22T03:11', '2026-11-23T03:11', '2026-11-24T03:11']],
    ['0 */20 3 * * *', ['2026-11-22T03:20', '2026-11-22T03:40', '2026-11-23T03:00']],
    ['0 0 2 * * 1-5', ['2026-11-23T02:00', '2026-11-24T02:00', '2026-11-25T02:00']],
    ['0 0 2 ? * sun,SAT', ['2026-11-28T02:00', '2026-11-29T02:00', '2026-12-05T02:00']],
    ['0 0 2 * * 7', ['2026-11-29T02:00', '2026-12-06T02:00', '2026-12-13T02:00']],
    ['0 5 0 31 * *', ['2026-12-31T00:05', '2027-01-31T00:05', '2027-03-31T00:05']],
    ['0 0 0 29 feb *', ['2028-02-29T00:00', '2032-02-29T00:00']],
    ['0 0 0 1 * 1', ['2026-11-23T00:00', '2026-11-30T00:00', '2026-12-01T00:00']],
    ['0 15/30 23 * * *', ['2026-11-22T23:15', '2026-11-22T23:45', '2026-11-23T23:15']],
  ])('%s', (cron, expected) => {
    expect(texts(cron)).toEqual(expected)
  })

  it.each(['', '0 0 * * *', '30 0 * * * *', '0 60 * * * *', '0 0 0 L * *', '0 5-1 * * * *', '0 1/0 * * * *'])(
    '%j is not read here',
    (cron) => {
      expect(nextTimes(cron, now, 3)).toBeUndefined()
    },
  )
})

it.each([
  ['0 5 * * * *', { kind: 'hourly', minute: 5 }],
  ['0  30 4 * * *', { kind: 'daily', hour: 4, minute: 30 }],
  ['0 30 4 * * 7', { kind: 'weekly', weekday: 0, hour: 4, minute: 30 }],
  ['0 */5 4 * * *', undefined],
  ['0 0 0 1 * *', undefined],
])('%s in words', (cron, usual) => {
  expect(usualTime(cron)).toEqual(usual)
})

it.each([
  [undefined, cronSamples.accepted],
  ['cronTooOften', cronSamples.tooOften],
  ['cronInvalid', cronSamples.refused],
  ['cronNever', cronSamples.never],
])('the form says %s of what Berth takes so', (problem, crons) => {
  for (const cron of crons) expect([cron, cronProblem(cron, now)]).toEqual([cron, problem])
})
