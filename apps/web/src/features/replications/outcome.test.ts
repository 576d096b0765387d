import { expect, it } from 'vitest'
import en from '../../messages/en/replications.json' with { type: 'json' }
import zh from '../../messages/zh-CN/replications.json' with { type: 'json' }
import { explainedBy, outcomeOf } from './outcome.ts'

it.each([
  [{ status: 'Succeed', reason_code: 'copied' }, 'copied', 'good'],
  [{ status: 'Succeed', reason_code: 'kept' }, 'kept', 'neutral'],
  [{ status: 'Succeed', reason_code: 'partly' }, 'partly', 'warn'],
  [{ status: 'Succeed' }, undefined, 'good'],
  [{ status: 'Succeed', reason_code: 'something_new' }, undefined, 'good'],
  [{ status: 'Failed', reason_code: 'denied' }, undefined, 'bad'],
  // Of an attempt before.
  [{ status: 'InProgress', reason_code: 'unavailable' }, undefined, 'accent'],
])('%j comes to %s', (task, outcome, tone) => {
  expect(outcomeOf(task)).toMatchObject({ tone, ...(outcome && { outcome }) })
  if (!outcome) expect(outcomeOf(task).outcome).toBeUndefined()
})

it('what is to be tried again waits', () => {
  const task = { status: 'InProgress', reason_code: 'unavailable', next_attempt_at: '2026-11-22T08:00:00Z' }
  expect(outcomeOf(task)).toEqual({ tone: 'neutral', status: 'Pending' })
})

it('whatever has a sentence in one language has one in the other, and no code of the future is taken for one', () => {
  expect(Object.keys(zh.why)).toEqual(Object.keys(en.why))
  for (const code of Object.keys(en.why)) expect(explainedBy(code)).toBe(code)
  expect(explainedBy('something_new')).toBeUndefined()
})
