import { runWalks } from '@berth/core/registry-walks'
import {
  addProject,
  generatedName,
  startGeneratedRegistry,
  type TestDatabase,
  testDatabase,
} from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let registry: Awaited<ReturnType<typeof startGeneratedRegistry>>
let api: TestApi

beforeAll(async () => {
  database = await testDatabase()
  registry = await startGeneratedRegistry({ repositories: 3, tagsOf: (number) => number + 1 })
  api = await openTestApi(database.url, { registryUrl: registry.url })
  await api.addUser('root', { sysadmin: true })
  await addProject(api.core, 'p01', true)
})
afterAll(async () => {
  await api.close()
  await registry.close()
  await database.drop()
})
beforeEach(async () => {
  await database.db.prisma.registryWalk.deleteMany()
})

const never = new AbortController().signal
const start = async (body: Record<string, unknown>) => {
  const { status, headers } = await api.call('root', 'startRegistryWalk', { body })
  expect(status).toBe(201)
  const id = Number(/^\/api\/v2\.0\/registry\/walks\/(\d+)$/.exec(headers.location!)![1])
  return { walk_id: id }
}

it('201 and the walk beneath its location; once it has run, its counts, findings and proposals', async () => {
  const path = await start({ kind: 'plan', requests_per_second: 500 })
  const { data: waiting } = await api.call('root', 'getRegistryWalk', { path })
  expect(waiting).toMatchObject({
    status: 'pending',
    kind: 'plan',
    created_by: 'root',
    options: { mend: false, requests_per_second: 500, projects: [] },
    counts: { repositories: 0 },
  })
  await runWalks(api.core, never)
  const { data } = await api.call('root', 'getRegistryWalk', { path })
  expect(data).toMatchObject({
    status: 'done',
    current_repository: generatedName(2),
    counts: { repositories: 3, repositories_done: 3, tags: 6, requests: 4, findings: 0, failed: 0 },
  })
  expect(Date.parse((data as { end_time: string }).end_time)).toBeGreaterThan(0)
  const proposals = await api.call('root', 'listRegistryProposals', { path, query: { page_size: 2 } })
  expect(proposals.headers['x-total-count']).toBe('3')
  expect(proposals.headers.link).toContain('rel="next"')
  expect(proposals.data).toEqual([
    { project: 'p00', repositories: 1, tags: 1, exists: false },
    { project: 'p01', repositories: 1, tags: 2, exists: true, project_id: expect.any(Number), public: true },
  ])
})

it('findings by page and filter', async () => {
  const path = await start({ kind: 'reconcile' })
  await runWalks(api.core, never)
  const { headers, data } = await api.call('root', 'listRegistryFindings', {
    path,
    query: { q: 'kind=no_project' },
  })
  expect(headers['x-total-count']).toBe('2')
  expect(data).toMatchObject([
    { kind: 'no_project', repository: generatedName(0), mended: false },
    { kind: 'no_project', repository: generatedName(2), mended: false },
  ])
  const missing = await api.call('root', 'listRegistryFindings', { path, query: { q: 'kind=tag_missing' } })
  expect(missing.data).toMatchObject([{ reference: 't0000000' }, { reference: 't0000001' }])
})

it('409 while one of the kind is active, 412 where stop or resume make no sense, 404 for no walk', async () => {
  const path = await start({ kind: 'adopt' })
  const status = async (op: 'stopRegistryWalk' | 'resumeRegistryWalk' | 'getRegistryWalk', of = path) =>
    (await api.call('root', op, { path: of })).status
  expect((await api.call('root', 'startRegistryWalk', { body: { kind: 'adopt' } })).status).toBe(409)
  expect(await status('resumeRegistryWalk')).toBe(412)
  expect(await status('stopRegistryWalk')).toBe(200)
  expect(await status('stopRegistryWalk')).toBe(412)
  const other = await start({ kind: 'adopt' })
  expect(await status('resumeRegistryWalk')).toBe(409)
  expect(await status('stopRegistryWalk', other)).toBe(200)
  expect(await status('resumeRegistryWalk')).toBe(200)
  for (const op of ['getRegistryWalk', 'stopRegistryWalk', 'resumeRegistryWalk'] as const)
    expect(await status(op, { walk_id: 999_999 })).toBe(404)
  const list = await api.call('root', 'listRegistryWalks', { query: { q: 'status=stopped' } })
  expect(list.headers['x-total-count']).toBe('1')
  expect(list.data).toMatchObject([{ id: other.walk_id, status: 'stopped' }])
})

it.each([
  [{}, 422],
  [{ kind: 'wipe' }, 422],
  [{ kind: 'adopt', requests_per_second: 0 }, 422],
  [{ kind: 'adopt', projects: ['a/b'] }, 400],
  [{ kind: 'adopt', single_segment_project: 'No Project' }, 400],
])('%o is refused with %s', async (body, status) => {
  expect((await api.call('root', 'startRegistryWalk', { body })).status).toBe(status)
})
