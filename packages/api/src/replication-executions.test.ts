import type { Replication } from '@berth/core/replications'
import { expect, it } from 'vitest'
import { presentExecution, presentTask } from './replication-executions.ts'

const at = new Date('2026-01-02T03:04:05Z')
const task = {
  ...{ id: 7, executionId: 3, statusMessage: '', runCount: 0, extraAttrs: {} },
  status: 'Scheduled' as const,
  ...{ createdAt: at, startedAt: null, updatedAt: at, endedAt: null },
}
const transfer = {
  direction: 'push' as const,
  ...{ source: 'team/app', target: 'team/app', digest: '', tags: ['v1'] },
  ...{ sizeBytes: 0, doneBytes: 0, attempts: 0, dueAt: at, reason: '' as const },
}

it.each([
  ['plan', 'compare'],
  ['copy', 'copy'],
  ['follow', 'copy'],
  ['withdraw', 'delete'],
  ['delete', 'delete'],
] as const)('a task with a transfer of the kind %s is shown as %s', (kind, shown) => {
  expect(presentTask({ ...task, transfer: { ...transfer, kind } }).kind).toBe(shown)
})

it('what has not failed yet is not tried again', () => {
  const shown = (tried: { attempts?: number; reason?: 'rate_limited' }) =>
    presentTask({ ...task, transfer: { ...transfer, kind: 'follow', ...tried } })
  expect(shown({})).not.toHaveProperty('next_attempt_at')
  expect(shown({ attempts: 1 })).toMatchObject({ next_attempt_at: at.toISOString() })
  // Asked for patience, which counts no attempt.
  expect(shown({ reason: 'rate_limited' })).toMatchObject({ next_attempt_at: at.toISOString() })
})

it('a task says by a word what it came to, as soon as there is one', () => {
  const shown = (reason: '' | 'kept') =>
    presentTask({ ...task, transfer: { ...transfer, kind: 'copy', reason } })
  expect(shown('')).not.toHaveProperty('reason_code')
  expect(shown('kept')).toMatchObject({ reason_code: 'kept' })
})

it('a run says by words what it has to say besides its counts, and that it did not begin', () => {
  const progress = {
    ...{ totalBytes: 0, doneBytes: 0, failedBytes: 0 },
    sized: 0,
    inStep: 0,
    bytesPerSecond: 0,
  }
  const run: Replication = {
    ...{ id: 3, vendorType: 'REPLICATION', vendorId: 1, trigger: 'MANUAL', status: 'Error', extraAttrs: {} },
    ...{
      statusMessage: 'skipped: x; 2 tags are left out, whose names are not valid: y',
      statusReason: '',
      notes: [],
    },
    ...{ startedAt: at, stopAskedAt: null, endedAt: at, planning: false, progress },
    tasks: { Pending: 0, Scheduled: 0, Running: 0, Success: 0, Error: 0, Stopped: 0 },
  }
  // Its text is for people alone.
  expect(presentExecution(run)).not.toMatchObject({ reason_code: expect.anything() })
  expect(presentExecution(run)).not.toHaveProperty('notes')
  const told = { ...run, statusReason: 'skipped', notes: [{ reason: 'left_out', sentence: 'one' }] }
  expect(presentExecution(told)).toMatchObject({
    status_text: run.statusMessage,
    reason_code: 'skipped',
    notes: [{ reason: 'one', reason_code: 'left_out' }],
  })
})

it('a run whose registry is left alone does not tell when it ends', () => {
  const run: Replication = {
    ...{
      id: 3,
      vendorType: 'REPLICATION',
      vendorId: 1,
      trigger: 'MANUAL',
      status: 'Running',
      extraAttrs: {},
    },
    ...{ statusMessage: '', statusReason: '', notes: [] },
    ...{ startedAt: at, stopAskedAt: null, endedAt: null, planning: false },
    progress: { totalBytes: 1_000, doneBytes: 500, failedBytes: 0, sized: 2, inStep: 0, bytesPerSecond: 50 },
    tasks: { Pending: 0, Scheduled: 1, Running: 0, Success: 1, Error: 0, Stopped: 0 },
  }
  expect(presentExecution(run)).toMatchObject({ eta_seconds: 10 })
  expect(presentExecution({ ...run, pausedUntil: at })).not.toHaveProperty('eta_seconds')
})
