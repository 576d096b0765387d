import { expect, it } from 'vitest'
import { healthOf } from './health.ts'

it('a registry with which replications fail is not called healthy until the next look', () => {
  const failing_since = '2026-11-22T10:00:00.000Z'
  expect(healthOf({ status: 'healthy' })).toBe('healthy')
  expect(healthOf({ status: 'healthy', failing_since })).toBe('failing')
  expect(healthOf({ status: 'unknown', failing_since })).toBe('failing')
  expect(healthOf({ status: 'unhealthy', failing_since })).toBe('unhealthy')
  expect([healthOf({}), healthOf({ status: 'odd' })]).toEqual(['unknown', 'unknown'])
})
