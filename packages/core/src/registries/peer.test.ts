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

it('tells tags, labels and times of artifacts, of a repository whose name has slashes', async () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const { api } = open([
    {
      ask: `GET ${BASE}/projects/team/repositories/a%252Fb/artifacts?with_tag=true&with_label=true&with_accessory=false&page=1&page_size=100`,
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
    },
    { digest, type: '', sizeBytes: 0, mediaType: '', pushedAt: new Date(0), tags: [], labels: [] },
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
      answer: { body: [{ name: 'team', metadata: { public: 'true' }, registry_id: 3 }] },
    },
  ])
  const make = () => api.createProject({ name: 'team', isPublic: true })
  await make()
  await make()
  await expect(make()).rejects.toMatchObject({ name: 'DeniedError', status: 403 })
  expect(await api.project('team')).toEqual({ name: 'team', isPublic: true, isProxy: true })
})

it('deletes a tag alone, and what is gone already is fine', async () => {
  const at = `${BASE}/projects/team/repositories/app/artifacts`
  const { api, rest } = open([
    { ask: `DELETE ${at}/v1/tags/v1`, status: 200 },
    { ask: `DELETE ${at}/v1/tags/v1`, status: 404 },
    { ask: `DELETE ${at}/sha256:x`, status: 503 },
  ])
  await api.deleteTag('team/app', 'v1')
  await api.deleteTag('team/app', 'v1')
  await expect(api.deleteArtifact('team/app', 'sha256:x')).rejects.toMatchObject({ name: 'UnavailableError' })
  expect(rest()).toBe(0)
})

it('takes an instance id of Berth, and nothing that could not be one', async () => {
  const ask = { ask: `GET ${BASE}/systeminfo`, status: 200 }
  const { api } = open([
    { ...ask, answer: { body: { harbor_version: 'v2.16.0', instance_id: 'b7c1-x' } } },
    { ...ask, answer: { body: { instance_id: 'x'.repeat(65) } } },
    { ...ask, answer: { body: '<html>' } },
  ])
  expect(await api.systemInfo()).toEqual({ version: 'v2.16.0', instanceId: 'b7c1-x' })
  expect((await api.systemInfo()).instanceId).toBeUndefined()
  await expect(api.systemInfo()).rejects.toMatchObject({ code: 'INVALID_ANSWER' })
})
