import { openapiDocument } from '@berth/contract/server'
import { expect, it } from 'vitest'
import enErrors from '../../messages/en/errors.json' with { type: 'json' }
import en from '../../messages/en/replications.json' with { type: 'json' }
import zhErrors from '../../messages/zh-CN/errors.json' with { type: 'json' }
import zh from '../../messages/zh-CN/replications.json' with { type: 'json' }
import { outcomeOf } from './outcome.ts'

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

it('what is to be tried again has a word of its own: the API counts it among what runs', () => {
  const task = { status: 'InProgress', reason_code: 'unavailable', next_attempt_at: '2026-11-22T08:00:00Z' }
  expect(outcomeOf(task)).toEqual({ tone: 'neutral', status: 'Again' })
})

const reasonsOf = (name: string) => {
  const schema = openapiDocument().components?.schemas?.[name] as { enum: string[] }
  expect(schema.enum.length).toBeGreaterThan(5)
  return schema.enum
}

it.each([
  ['en', en, enErrors],
  ['zh-CN', zh, zhErrors],
])('whatever the contract has a word for is said in %s', (_, { outcomes, why }, { reasons }) => {
  // Of these the state says all there is.
  const done = ['copied', 'in_step', 'deleted', 'nothing_to_delete']
  expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(done))
  expect([...done, ...Object.keys(why)].sort()).toEqual(reasonsOf('ReplicationReason').toSorted())
  expect(Object.keys(reasons)).toEqual(reasonsOf('RegistryReason'))
})
