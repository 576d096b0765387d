import { describe, expect, it } from 'vitest'
import { fromSchedule, newPurge, purgeProblems, readParameters, toPurgeBody } from './purge-draft.ts'

describe('purgeProblems', () => {
  it.each([
    [{}, []],
    [{ keepDays: '0' }, ['days']],
    [{ keepDays: 'ten' }, ['days']],
    [{ keepDays: '1.5' }, ['days']],
    [{ keepDays: '10001' }, ['days']],
    [{ groups: [] }, ['groups']],
    [{ time: 'Custom' as const, cron: '* * * * *' }, ['cron']],
    [{ time: 'Custom' as const, cron: '0 30 4 * * 1' }, []],
  ])('%j has the problems %j', (changes, problems) => {
    expect(purgeProblems({ ...newPurge, ...changes })).toEqual(problems)
  })
})

it('a schedule that is saved is read back as it was', () => {
  for (const draft of [
    { ...newPurge, keepDays: '30', groups: ['pull_artifact' as const], time: 'Daily' as const },
    { ...newPurge, time: 'Custom' as const, cron: '0 30 4 * * 1' },
    newPurge,
  ]) {
    const { schedule, parameters } = toPurgeBody(draft)
    const found = { schedule, job_parameters: JSON.stringify(parameters) } as never
    expect(fromSchedule(found)).toEqual(draft)
  }
})

it('now is now, whatever the schedule', () => {
  expect(toPurgeBody({ ...newPurge, time: 'Daily' }, { dryRun: true })).toMatchObject({
    schedule: { type: 'Manual' },
    parameters: { audit_retention_hour: 8_760, dry_run: true },
  })
})

it('parameters that are no JSON are none', () => {
  expect(readParameters('')).toBeUndefined()
  expect(readParameters('{')).toBeUndefined()
  expect(readParameters('{}')).toEqual({ keepDays: 0, groups: [], dryRun: false })
})
