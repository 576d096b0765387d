import { describe, expect, it } from 'vitest'
import {
  fromPolicy,
  newPolicy,
  policyProblems,
  toPolicyBody,
  toPreviewBody,
  withType,
} from './policy-draft.ts'

const berth = { id: 7, type: 'berth' }
const hub = { id: 8, type: 'docker-hub' }
const draft = { ...newPolicy, name: 'copies', registryId: '7' }
const filter = { excludes: false }

describe('policyProblems', () => {
  it.each([
    [{}, []],
    [{ name: ' ' }, ['nameMissing']],
    [{ registryId: '' }, ['registryMissing']],
    [{ filters: [{ ...filter, type: 'newest', value: '0' }] }, ['newestInvalid']],
    [{ filters: [{ ...filter, type: 'newest', value: ' ' }] }, []],
    [{ namespace: 'Copies' }, ['namespaceInvalid']],
    [{ namespace: '/copies/x/' }, []],
    [{ namespace: 'copies', flatten: 'some', replaceCount: '0' }, ['replaceCountInvalid']],
    [{ flatten: 'some', replaceCount: '0' }, []],
    [{ trigger: 'event_based', direction: 'pull' }, ['eventNeedsPush']],
    [{ trigger: 'scheduled', cron: '0 0 * * *' }, ['cronInvalid']],
    [{ trigger: 'scheduled', cron: '5 0 * * * *' }, ['cronInvalid']],
    [{ trigger: 'scheduled', cron: '0 * * * * *' }, ['cronTooOften']],
    [{ trigger: 'manual', cron: '' }, []],
    [{ speed: '1.5' }, ['speedInvalid']],
    [{ speed: '3000000' }, ['speedInvalid']],
    [{ speed: '3000000', speedUnit: 'kbit' }, []],
  ] as [Partial<typeof draft>, string[]][])('%j has the problems %j', (change, problems) => {
    expect(policyProblems({ ...draft, ...change }, berth).map(({ problem }) => problem)).toEqual(problems)
  })

  it('what the other registry cannot do is said before it is asked', () => {
    const problemsOf = (change: Partial<typeof draft>) =>
      policyProblems({ ...draft, ...change }, hub).map(({ problem }) => problem)
    const one = { ...filter, type: 'name' as const, value: 'library/{nginx,alpine}' }
    expect(problemsOf({ direction: 'pull' })).toEqual(['namespaceNeeded'])
    expect(problemsOf({ direction: 'pull', filters: [one] })).toEqual([])
    for (const value of ['library/*', '{library,myorg}/**', '{library/a*,myorg/**}'])
      expect(problemsOf({ direction: 'pull', filters: [{ ...one, value }] })).toEqual([])
    for (const value of ['**', 'my*/app', '*/app'])
      expect(problemsOf({ direction: 'pull', filters: [{ ...one, value }] })).toEqual(['namespaceNeeded'])
    const label = { ...filter, type: 'label' as const, value: 'tested' }
    expect(problemsOf({ direction: 'pull', filters: [one, label] })).toEqual([])
    const google = { id: 3, type: 'google-gcr', url: 'https://europe-docker.pkg.dev' }
    const from = (registry: typeof google) =>
      policyProblems({ ...draft, direction: 'pull' }, registry).map(({ problem }) => problem)
    expect(from(google)).toEqual(['namesNeeded'])
    expect(from({ ...google, url: 'https://gcr.io' })).toEqual([])
    expect(from({ ...google, type: 'jfrog-artifactory' })).toEqual(['namespaceNeeded'])
    expect(problemsOf({ deletion: true })).toEqual(['deletesNothing'])
  })
})

it('what is stored is read back as it was', () => {
  const full = {
    ...draft,
    direction: 'pull' as const,
    filters: [
      { type: 'name' as const, value: 'team-*/**', excludes: false },
      { type: 'tag' as const, value: '*-rc*', excludes: true },
      { type: 'label' as const, value: 'tested\nsigned, twice', excludes: false },
    ],
    namespace: 'copies',
    flatten: 'some' as const,
    replaceCount: '2',
    trigger: 'scheduled' as const,
    cron: '0 30 4 * * 1',
    deletion: true,
    singleActive: true,
    copyByChunk: true,
    speed: '20',
  }
  expect(fromPolicy(toPolicyBody(full, berth))).toEqual(full)
  expect(fromPolicy({ ...toPolicyBody(full, berth), speed: 1_500 })).toMatchObject({
    speed: '1500',
    speedUnit: 'kbit',
  })
})

it('the body holds only what goes together', () => {
  expect(toPolicyBody(draft, berth)).toMatchObject({
    src_registry: { id: 0 },
    dest_registry: { id: 7 },
    filters: [],
    speed: 0,
  })
  const events = { ...draft, trigger: 'event_based' as const, singleActive: true }
  expect(toPolicyBody(events, berth).single_active_replication).toBe(false)
  const mirror = { ...draft, mirror: true }
  expect(toPolicyBody(mirror, berth).mirror).toBe(true)
  expect(toPolicyBody({ ...mirror, namespace: 'copies' }, berth).mirror).toBe(false)
  expect(toPolicyBody(mirror, hub).mirror).toBe(false)
})

it('a preview of a saved mirror says which it is, as long as it goes between the same two', () => {
  const mirror = { ...draft, mirror: true }
  const saved = { ...toPolicyBody(mirror, berth), id: 3 }
  expect(toPreviewBody(mirror, berth, saved)).toEqual(saved)
  const others = [
    toPreviewBody(mirror, berth, undefined),
    toPreviewBody({ ...mirror, registryId: '9' }, { ...berth, id: 9 }, saved),
    toPreviewBody({ ...mirror, mirror: false }, berth, saved),
    toPreviewBody(mirror, berth, { ...saved, mirror: false }),
  ]
  for (const body of others) expect(body).not.toHaveProperty('id')
})

it('what was typed stays when a filter becomes one of another type', () => {
  const typed = { type: 'tag' as const, value: 'v1*', excludes: true }
  expect(withType(typed, 'label')).toEqual({ ...typed, type: 'label' })
  expect(withType(typed, 'name')).toEqual({ type: 'name', value: 'v1*', excludes: false })
  expect(withType(typed, 'resource')).toEqual({ type: 'resource', value: 'image', excludes: false })
  expect(withType(withType(typed, 'resource'), 'tag').value).toBe('')
})
