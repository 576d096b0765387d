import { describe, expect, it } from 'vitest'
import {
  fromPolicy,
  MASK,
  needsSecretsAgain,
  newWebhook,
  toWebhookBody,
  webhookProblems,
} from './policy-draft.ts'

const draft = { ...newWebhook, name: 'deploy', address: 'https://ci.example.com/hook' }

describe('webhookProblems', () => {
  it.each([
    [{}, []],
    [{ name: ' ' }, ['nameMissing']],
    [{ events: [] }, ['eventsMissing']],
    [{ address: 'ci.example.com' }, ['addressInvalid']],
    [{ address: 'ftp://ci.example.com' }, ['addressInvalid']],
    [{ headers: [{ name: 'X Y', value: '1' }] }, ['headerInvalid']],
    [{ headers: [{ name: '', value: '1' }] }, ['headerInvalid']],
    [{ headers: [{ name: '', value: ' ' }] }, []],
  ])('%j has the problems %j', (changes, problems) => {
    expect(webhookProblems({ ...draft, ...changes }).map(({ problem }) => problem)).toEqual(problems)
  })
})

it('what is saved is read back as it was', () => {
  const full = {
    ...draft,
    events: ['PUSH_ARTIFACT', 'QUOTA_EXCEED'],
    format: 'CloudEvents',
    headers: [{ name: 'x-team', value: 'core' }],
    authHeader: MASK,
    repositories: 'backend/**',
    tags: 'v*',
  }
  expect(fromPolicy(toWebhookBody(full))).toEqual(full)
})

it('targets beyond the first stay as they are', () => {
  const other = { type: 'slack', address: 'https://chat.example.com/x' }
  expect(toWebhookBody(draft, { targets: [{ address: 'https://old' }, other] }).targets?.slice(1)).toEqual([
    other,
  ])
})

it('a secret that is not shown goes to no other host', () => {
  const start = { ...draft, authHeader: MASK }
  expect(needsSecretsAgain({ ...start, address: 'https://ci.example.com/other' }, start)).toBe(false)
  expect(needsSecretsAgain({ ...start, address: 'https://evil.example.com/' }, start)).toBe(true)
  expect(
    needsSecretsAgain({ ...start, authHeader: 'Bearer x', address: 'https://evil.example.com/' }, start),
  ).toBe(false)
})
