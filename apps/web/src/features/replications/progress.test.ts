import { describe, expect, it } from 'vitest'
import { foundOf, shareOf, tookSeconds, wasSkipped, whyNothing } from './progress.ts'

describe('shareOf', () => {
  it.each([
    [{ status: 'InProgress', planning: true, bytes_total: 10, bytes_done: 5 }, undefined],
    [{ status: 'InProgress' }, undefined],
    [{ status: 'InProgress', total: 4, succeed: 1, failed: 1 }, 0.25],
    [{ status: 'InProgress', total: 4, bytes_total: 10, bytes_done: 5 }, 0.5],
    [{ status: 'InProgress', bytes_total: 10, bytes_done: 11 }, 0.99],
    [{ status: 'Failed', bytes_total: 10, bytes_done: 10 }, 0.99],
    [{ status: 'Succeed' }, 1],
    [{ status: 'Failed', total: 4, succeed: 2, failed: 2 }, 0.5],
    [{ status: 'Failed', total: 0 }, 0],
  ])('%j: %s', (execution, share) => {
    expect(shareOf(execution)).toBe(share)
  })
})

it('the comparison itself is no artifact', () => {
  expect(foundOf({ total: 1, planning: true })).toBe(0)
  expect(foundOf({ total: 4, planning: true })).toBe(3)
  expect(foundOf({ total: 4, planning: false })).toBe(4)
})

it('a run that did not begin has not failed as one that did', () => {
  expect(wasSkipped({ reason_code: 'skipped' })).toBe(true)
  expect(wasSkipped({})).toBe(false)
})

it.each([
  [{ status: 'InProgress' }, 'notYet'],
  [{ status: 'Failed' }, 'ended'],
  [{ status: 'Stopped', in_step: 3 }, 'ended'],
  [{ status: 'Succeed', in_step: 3 }, 'inStep'],
  [{ status: 'Succeed', in_step: 0 }, 'notMeant'],
])('no tasks in %j: %s', (execution, why) => expect(whyNothing(execution)).toBe(why))

it('something that has not ended took no time yet', () => {
  expect(tookSeconds('2026-11-22T03:00:00Z', '2026-11-22T03:00:02Z')).toBe(2)
  expect(tookSeconds('2026-11-22T03:00:00Z', undefined)).toBeUndefined()
})
