import { expect, it } from 'vitest'
import { playBack, type Recorded } from './exchange.fixture.ts'
import { openPeerApi } from './peer.ts'

const BASE = 'https://berth.example.com/api/v2.0'
const authorization = `Basic ${Buffer.from('robot$x:secret').toString('base64')}`
const open = (record: Recorded[]) => {
  const { fetch, rest } = playBack(
    record.map((one) => ({ ...one, headers: { authorization, ...one.headers } })),
  )
  const endpoint = { url: 'https://berth.example.com', accessKey: 'robot$x', accessSecret: 'secret' }
  return { api: openPeerApi(endpoint, { fetch, nowMs: () => 0 }), rest }
}
const collected = async <T>(pages: AsyncIterable<T[]>): Promise<T[]> => {
  const all: T[] = []
  for await (const page of pages) all.push(...page)
  return all
}

it('lists in pages of a hundred until one is not full', async () => {
  const names = Array.from({ length: 101 }, (_, n) => ({ name: `team/app-${n}` }))
  const ask = (page: number) =>
    `GET ${BASE}/projects/team/repositories?q=name%3D%7Eapp&sort=name&page=${page}&page_size=100`
  const { api, rest } = open([
    { ask: ask(1), status: 200, answer: { body: names.slice(0, 100) } },
    { ask: ask(2), status: 200, answer: { body: names.slice(100) } },
  ])
  const found = await collected(api.repositories({ project: 'team', part: 'app' }))
  expect([found.length, found.at(-1), rest()]).toEqual([101, 'team/app-100', 0])
})

it('asks nothing of a repository that is in no project: what is called so there is another one', async () => {
  const { api, rest } = open([])
  await expect(collected(api.artifacts('alpine'))).rejects.toMatchObject({
    code: 'NAME_UNKNOWN',
    status: 404,
  })
  expect(rest()).toBe(0)
})

it('tells tags, labels and times of artifacts, of a repository whose name has slashes', async () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const { api } = open([
    {
      ask: `GET ${BASE}/projects/team/repositories/a%252Fb/artifacts?with_tag=true&with_label=true&with_accessory=true&page=1&page_size=100`,
      status: 200,
      answer: {
        body: [
          {
            digest,
            type: 'IMAGE',
            size: 7,
            manifest_media_type: 'application/vnd.oci.image.index.v1+json',
            push_time: '2026-05-01T10:00:00.000Z',
            tags: [{ name: 'v1', push_time: '2026-05-01T11:00:00.000Z' }],
            labels: [{ name: 'stable' }],
            accessories: [{ digest: 'sha256:s', type: 'signature.cosign' }],
          },
          { digest, tags: null, labels: null },
        ],
      },
    },
  ])
  expect(await collected(api.artifacts('team/a/b'))).toEqual([
    {
      digest,
      type: 'IMAGE',
      sizeBytes: 7,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      pushedAt: new Date('2026-05-01T10:00:00Z'),
      tags: [{ name: 'v1', pushedAt: new Date('2026-05-01T11:00:00Z') }],
      labels: ['stable'],
      attached: ['sha256:s'],
    },
    {
      ...{ digest, type: '', sizeBytes: 0, mediaType: '', pushedAt: new Date(0) },
      ...{ tags: [], labels: [], attached: [] },
    },
  ])
})

it('makes a project with its public flag, unless somebody was quicker, and finds it by its exact name', async () => {
  const create = {
    ask: `POST ${BASE}/projects`,
    body: '{"project_name":"team","metadata":{"public":"true"}}',
  }
  const { api } = open([
    { ...create, status: 201 },
    { ...create, status: 409 },
    { ...create, status: 403, answer: { body: { errors: [{ code: 'FORBIDDEN', message: 'no' }] } } },
    {
      ask: `GET ${BASE}/projects?q=name%3Dteam&page=1&page_size=100`,
      status: 200,
      answer: { body: [{ project_id: 7, name: 'team', metadata: { public: 'true' }, registry_id: 3 }] },
    },
  ])
  const make = () => api.createProject({ name: 'team', isPublic: true })
  await make()
  await make()
  await expect(make()).rejects.toMatchObject({ name: 'DeniedError', status: 403 })
  expect(await api.project('team')).toEqual({ id: 7, name: 'team', isPublic: true, isProxy: true })
})

it('tells the labels of an artifact, finds one by its exact name, makes one and puts it on; what is there is fine', async () => {
  const at = `${BASE}/projects/team/repositories/app/artifacts/sha256:x`
  const label = { name: 'stable', description: 'It runs.', color: '#00ff00' }
  const { api, rest } = open([
    {
      ask: `GET ${at}?with_tag=false&with_label=true&with_accessory=false`,
      status: 200,
      answer: {
        body: {
          digest: 'sha256:x',
          labels: [
            { ...label, scope: 'g' },
            { name: 'ours', scope: 'p' },
          ],
        },
      },
    },
    {
      ask: `GET ${BASE}/labels?scope=p&project_id=7&name=stable&page=1&page_size=100`,
      status: 200,
      answer: {
        body: [
          { id: 3, name: 'unstable' },
          { id: 4, name: 'stable' },
        ],
      },
    },
    {
      ask: `POST ${BASE}/labels`,
      body: JSON.stringify({ ...label, scope: 'g' }),
      status: 409,
    },
    { ask: `POST ${at}/labels`, body: '{"id":4}', status: 200 },
    { ask: `POST ${at}/labels`, body: '{"id":4}', status: 409 },
  ])
  expect(await api.artifactLabels('team/app', 'sha256:x')).toEqual([
    { ...label, isGlobal: true },
    { name: 'ours', description: '', color: '', isGlobal: false },
  ])
  expect(await api.labelId({ name: 'stable', projectId: 7 })).toBe(4)
  await api.createLabel({ ...label, projectId: null })
  await api.addLabel('team/app', 'sha256:x', 4)
  await api.addLabel('team/app', 'sha256:x', 4)
  expect(rest()).toBe(0)
})

it('deletes a tag alone, and what is gone already is fine', async () => {
  const at = `${BASE}/projects/team/repositories/app/artifacts`
  const { api, rest } = open([
    { ask: `DELETE ${at}/v1/tags/v1`, status: 200 },
    { ask: `DELETE ${at}/v1/tags/v1`, status: 404 },
    { ask: `DELETE ${at}/sha256:x/tags/v1`, status: 200 },
    { ask: `DELETE ${at}/v2/tags/v2`, status: 503 },
  ])
  await api.deleteTag('team/app', 'v1')
  await api.deleteTag('team/app', 'v1')
  await api.deleteTag('team/app', 'v1', { digest: 'sha256:x' })
  await expect(api.deleteTag('team/app', 'v2')).rejects.toMatchObject({ name: 'UnavailableError' })
  expect(rest()).toBe(0)
})

it('takes an instance id of Berth, and nothing that could not be one', async () => {
  const id = '0b7c1e52-8d0f-4f0a-9a57-5d8f2a1c3e44'
  const ask = { ask: `GET ${BASE}/systeminfo`, status: 200 }
  const { api } = open([
    { ...ask, answer: { body: { harbor_version: 'v2.16.0', instance_id: id } } },
    { ...ask, answer: { body: { instance_id: id.toUpperCase() } } },
    { ...ask, answer: { body: '<html>' } },
  ])
  expect(await api.systemInfo()).toEqual({ version: 'v2.16.0', instanceId: id })
  expect((await api.systemInfo()).instanceId).toBeUndefined()
  await expect(api.systemInfo()).rejects.toMatchObject({ code: 'INVALID_ANSWER' })
})

it('a list that gives the same page for every number has no end, and is not read for ever', async () => {
  const body = Array.from({ length: 100 }, (_, n) => ({ name: `team/app-${n}` }))
  const page = (n: number) => ({
    ask: `GET ${BASE}/repositories?sort=name&page=${n}&page_size=100`,
    status: 200,
    answer: { body },
  })
  const { api, rest } = open([page(1), page(2)])
  const read = async () => {
    for await (const _ of api.repositories()) void _
  }
  await expect(read()).rejects.toMatchObject({
    code: 'LIST_WITHOUT_END',
    message: expect.stringMatching(/same page again and again/),
  })
  expect(rest()).toBe(0)
})

it('sizes that nothing has are not believed', async () => {
  const sizes = [12, 1e300, 2 ** 53, -1, 1.5, '7', null]
  const { api } = open([
    {
      ask: `GET ${BASE}/projects/team/repositories/app/artifacts?with_tag=true&with_label=true&with_accessory=true&page=1&page_size=100`,
      status: 200,
      answer: { body: sizes.map((size) => ({ digest: 'sha256:x', size })) },
    },
  ])
  for await (const found of api.artifacts('team/app'))
    expect(found.map(({ sizeBytes }) => sizeBytes)).toEqual([12, 0, 0, 0, 1, 0, 0])
})
