import { expect, it } from 'vitest'
import { healthOf } from './health.ts'

const [before, failing_since, after] = ['10:00', '10:05', '10:10'].map((at) => `2026-11-22T${at}:00.000Z`)

it('a registry with which replications fail is not called healthy until the next look', () => {
  expect(healthOf({ status: 'healthy', checked_time: before })).toBe('healthy')
  expect(healthOf({ status: 'healthy', checked_time: before, failing_since })).toBe('failing')
  expect(healthOf({ status: 'unknown', failing_since })).toBe('failing')
  expect(healthOf({ status: 'unhealthy', checked_time: after, failing_since })).toBe('unhealthy')
  expect([healthOf({}), healthOf({ status: 'odd' })]).toEqual(['unknown', 'unknown'])
})

it('one that a later look finds well is healthy again, unless replications leave it alone', () => {
  const seen = { status: 'healthy', checked_time: after, failing_since }
  expect(healthOf(seen)).toBe('healthy')
  expect(healthOf({ ...seen, paused_until: after })).toBe('failing')
})
