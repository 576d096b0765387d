import { image, type Pushable, type TestDatabase, testDatabase, write } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi
const ids: Record<string, number> = {}

const sizeOf = (pushed: Pushable) =>
  pushed.bytes.byteLength + pushed.blobs.reduce((sum, blob) => sum + blob.bytes.byteLength, 0)
const [small, large] = [image('small'), image('large', { layers: ['x'.repeat(9_000), 'common'] })]
const other = image('other', { layers: ['common'] })

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('root', { sysadmin: true })
  await api.addUser('outsider')
  for (const name of ['alpha', 'beta', 'gamma'])
    ids[name] = await api.addProject(name, { public: name === 'gamma', members: ['projectAdmin', 'guest'] })
  // There is no registry here: sizes are as the manifests say.
  await write(api.core, 'alpha/small', small, 'latest')
  await write(api.core, 'beta/large', large, 'latest')
  await write(api.core, 'beta/other', other, 'latest')
})
afterAll(async () => {
  expect(api.failures).toEqual([])
  await api.close()
  await database.drop()
})

const quotaOf = async (project: string) =>
  (await api.call('root', 'listQuotas', { query: { reference: 'project', reference_id: ids[project]! } }))
    .data[0]!

describe('listQuotas', () => {
  it('200 with reference, limit and use of every project', async () => {
    const { status, data, headers } = await api.call('root', 'listQuotas')
    expect([status, headers['x-total-count']]).toEqual([200, '3'])
    expect(data.find((quota) => quota.ref.name === 'alpha')).toMatchObject({
      ref: { id: ids.alpha, name: 'alpha', owner_name: '' },
      hard: { storage: -1 },
      used: { storage: sizeOf(small) },
      nearly_full: false,
    })
  })
  it('200 in the order asked for, and only what the filters leave', async () => {
    const names = async (query: Record<string, string | number>) =>
      (await api.call('root', 'listQuotas', { query })).data.map((quota) => quota.ref.name)
    expect(await names({ sort: '-used.storage' })).toEqual(['beta', 'alpha', 'gamma'])
    expect(await names({ sort: 'used.storage', page_size: 2 })).toEqual(['gamma', 'alpha'])
    expect(await names({ reference_id: ids.beta! })).toEqual(['beta'])
    expect(await names({ reference: 'user' })).toEqual([])
    for (const reference_id of ['0 OR 1=1', '9'.repeat(30)]) expect(await names({ reference_id })).toEqual([])
    expect(await names({ sort: 'used.storage;DROP TABLE quotas' })).toHaveLength(3)
  })
})

describe('updateQuota', () => {
  it('200, and the limit holds; 400 for what is no limit; 404 for nobody’s id', async () => {
    const { id } = await quotaOf('alpha')
    const put = async (hard: unknown, at = id) =>
      (await api.call('root', 'updateQuota', { path: { id: at }, body: { hard } as never })).status
    expect(await put({ storage: 1 })).toBe(200)
    expect(await quotaOf('alpha')).toMatchObject({ hard: { storage: 1 }, nearly_full: true })
    for (const hard of [{}, { storage: 0 }, { storage: -5 }, { storage: 1, count: 5 }, undefined])
      expect(await put(hard)).toBe(400)
    expect(await put({ storage: 5 }, 999_999)).toBe(404)
    expect(await put({ storage: -1 })).toBe(200)
  })
  it('403 for a project admin, whose own project it is', async () => {
    const { id } = await quotaOf('alpha')
    for (const op of ['getQuota', 'updateQuota', 'recalculateQuota'] as const)
      expect(
        (await api.call('projectAdmin', op, { path: { id }, body: { hard: { storage: -1 } } })).status,
      ).toBe(403)
  })
})

describe('storage_limit of a project', () => {
  const create = (as: string, name: string, storage_limit: number) =>
    api.call(as, 'createProject', { body: { project_name: name, storage_limit } })
  const limitOf = async (name: string) =>
    (await api.call('root', 'getProjectSummary', { path: { project_name_or_id: name } })).data.quota?.hard
      ?.storage

  it('is set by an administrator, when it is made and later', async () => {
    expect((await create('root', 'limited', 5_000)).status).toBe(201)
    expect(await limitOf('limited')).toBe(5_000)
    const path = { project_name_or_id: 'limited' }
    expect((await api.call('root', 'updateProject', { path, body: { storage_limit: 6_000 } })).status).toBe(
      200,
    )
    expect(await limitOf('limited')).toBe(6_000)
    expect((await api.call('root', 'updateProject', { path, body: {} })).status).toBe(200)
    expect(await limitOf('limited')).toBe(6_000)
    expect((await create('root', 'wrong', -7)).status).toBe(400)
  })
  it('has no effect from anybody else: nobody lifts their own limit', async () => {
    expect((await create('outsider', 'mine', 1)).status).toBe(201)
    expect(await limitOf('mine')).toBe(-1)
    const { data } = await api.call('root', 'listQuotas', { query: { page_size: 0 } })
    const { id } = data.find((quota) => quota.ref.name === 'mine')!
    await api.call('root', 'updateQuota', { path: { id }, body: { hard: { storage: 10 } } })
    const path = { project_name_or_id: 'mine' }
    expect((await api.call('outsider', 'updateProject', { path, body: { storage_limit: -1 } })).status).toBe(
      200,
    )
    expect(await limitOf('mine')).toBe(10)
  })
  it('is the one of the settings when none is given', async () => {
    const set = (value: number) =>
      api.call('root', 'updateConfigurations', { body: { storage_per_project: value } })
    expect((await set(7_000)).status).toBe(200)
    expect((await create('outsider', 'ordinary', -1)).status).toBe(201)
    expect((await create('root', 'endless', -1)).status).toBe(201)
    expect((await create('root', 'zero', 0)).status).toBe(201)
    for (const [name, limit] of [
      ['ordinary', 7_000],
      ['endless', -1],
      ['zero', 7_000],
    ] as const)
      expect(await limitOf(name)).toBe(limit)
    expect((await set(0)).status).toBe(400)
    expect((await set(-1)).status).toBe(200)
  })
  it('goes with the project', async () => {
    for (const name of ['limited', 'mine', 'ordinary', 'endless', 'zero'])
      await api.call('root', 'deleteProject', { path: { project_name_or_id: name } })
    expect((await api.call('root', 'listQuotas')).headers['x-total-count']).toBe('3')
  })
})

describe('recalculateQuota', () => {
  it('200 with what was wrong, which is mended', async () => {
    const { id, used } = await quotaOf('beta')
    await database.db.prisma.quota.update({ where: { id }, data: { usedBytes: 1 } })
    await database.db.prisma.projectBlob.deleteMany({ where: { projectId: ids.beta! } })
    const again = async () => (await api.call('root', 'recalculateQuota', { path: { id } })).data
    // Two manifests, two configs, the large layer and the common one.
    expect(await again()).toMatchObject({ used_before: 1, used: used.storage, mended_blobs: 6 })
    expect(await again()).toMatchObject({ used_before: used.storage, used: used.storage, mended_blobs: 0 })
  })
})

describe('getProjectStorage', () => {
  it('200 with what each repository holds alone and with others, largest first', async () => {
    const { data, headers } = await api.call('guest', 'getProjectStorage', {
      path: { project_name_or_id: 'beta' },
    })
    const { storage: used } = (await quotaOf('beta')).used
    expect(headers['x-total-count']).toBe('2')
    expect(data.repositories.map((row) => row.repository_name)).toEqual(['beta/large', 'beta/other'])
    expect(data.used).toBe(used)
    expect(data.own + data.shared).toBe(used)
    for (const row of data.repositories) expect(row.shared).toBe(data.shared)
    expect(data.repositories[0]!.own).toBeGreaterThan(9_000)
    const query = { page: 2, page_size: 1 }
    const second = await api.call('guest', 'getProjectStorage', {
      path: { project_name_or_id: 'beta' },
      query,
    })
    expect(second.data.repositories.map((row) => row.repository_name)).toEqual(['beta/other'])
    expect(second.headers.link).toContain('rel="prev"')
  })
  it('403 and 401 for those who may not see the quota, even of a public project', async () => {
    const path = { project_name_or_id: 'gamma' }
    expect((await api.call('outsider', 'getProjectStorage', { path })).status).toBe(403)
    expect((await api.call(undefined, 'getProjectStorage', { path })).status).toBe(401)
  })
  it('a repository says how much it holds', async () => {
    const path = { project_name: 'beta', repository_name: 'large' }
    expect((await api.call('guest', 'getRepository', { path })).data.storage_size).toBe(sizeOf(large))
  })
})

it('statistics count every blob of the installation once', async () => {
  const { data } = await api.call('root', 'getStatistic')
  const all = [small, large, other].flatMap(({ digest, bytes, blobs }) => [...blobs, { digest, bytes }])
  const sizes = new Map(all.map((blob) => [blob.digest, blob.bytes.byteLength]))
  expect(data.total_storage_consumption).toBe([...sizes.values()].reduce((sum, size) => sum + size, 0))
})
