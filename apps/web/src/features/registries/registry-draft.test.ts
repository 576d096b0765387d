import { describe, expect, it } from 'vitest'
import {
  fromRegistry,
  newRegistry,
  registryProblems,
  toPing,
  toRegistryBody,
  toRegistryUpdate,
} from './registry-draft.ts'

const draft = { ...newRegistry, name: 'site', url: 'https://registry.example.com' }
const stored = {
  id: 7,
  ...toRegistryBody({ ...draft, accessKey: 'ann' }),
  credential: { access_key: 'ann', access_secret: '*****' },
}

describe('registryProblems', () => {
  it.each([
    [draft, []],
    [{ ...draft, url: 'registry.example.com' }, []],
    [{ ...draft, name: ' ' }, ['nameMissing']],
    [{ ...draft, url: '' }, ['urlInvalid']],
    [{ ...draft, url: 'ftp://registry.example.com' }, ['urlInvalid']],
    [{ ...draft, ca: 'mine' }, ['caInvalid']],
    [{ ...draft, maxTransfers: '0' }, ['maxTransfersInvalid']],
    [{ ...draft, bandwidth: '-1' }, ['bandwidthInvalid']],
  ])('%j has the problems %j', (one, problems) => {
    expect(registryProblems(one, undefined).map(({ problem }) => problem)).toEqual(problems)
  })

  it('a stored secret has to be typed again where it would go elsewhere', () => {
    const problemsOf = (change: Partial<typeof draft>) =>
      registryProblems({ ...draft, accessKey: 'ann', ...change }, stored).map(({ problem }) => problem)
    expect(problemsOf({})).toEqual([])
    expect(problemsOf({ url: 'https://registry.example.com/' })).toEqual([])
    expect(problemsOf({ url: 'https://else.example.com' })).toEqual(['secretAgain'])
    expect(problemsOf({ insecure: true })).toEqual(['secretAgain'])
    expect(problemsOf({ insecure: true, accessSecret: 'new' })).toEqual([])
    const ca = '-----BEGIN CERTIFICATE-----'
    expect(problemsOf({ ca })).toEqual(['secretAgain'])
    expect(problemsOf({ ca, accessSecret: 'new' })).toEqual([])
    const trusting = { ...stored, insecure: true }
    const changed = { ...draft, accessKey: 'ann', insecure: true, ca }
    expect(registryProblems(changed, trusting)).toEqual([])
  })
})

it('what is stored is read back as it was, but for the secret', () => {
  expect(fromRegistry(toRegistryBody({ ...draft, accessKey: 'ann', accessSecret: 'x' }))).toEqual({
    ...draft,
    accessKey: 'ann',
  })
})

it('a secret that is not typed is not sent, and goes when nobody signs in any more', () => {
  expect(toRegistryUpdate({ ...draft, accessKey: 'ann' })).not.toHaveProperty('access_secret')
  expect(toRegistryUpdate({ ...draft, accessKey: 'ann', accessSecret: 'x' })).toMatchObject({
    access_secret: 'x',
  })
  expect(toRegistryUpdate(draft, stored)).toMatchObject({ access_key: '', access_secret: '' })
  // A token without a name.
  const nameless = { ...stored, credential: { access_key: '', access_secret: '*****' } }
  expect(toRegistryUpdate(draft, nameless)).not.toHaveProperty('access_secret')
})

it('a test says what is typed, and which one is meant', () => {
  expect(toPing({ ...draft, accessKey: 'ann' }, stored)).toMatchObject({
    id: 7,
    type: 'berth',
    access_key: 'ann',
  })
  expect(toPing(draft, undefined)).not.toHaveProperty('id')
})
