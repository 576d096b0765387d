import { SYSTEM } from '@berth/core'
import { roleIds } from '@berth/core/authorization'
import { createMember } from '@berth/core/members'
import { countUses } from '@berth/core/statistics'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi
const ids: Record<string, number> = {}
const NOW = Date.UTC(2026, 5, 15, 12)

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url, { now: () => NOW })
  await api.addUser('root', { sysadmin: true })
  for (const name of ['member', 'limited', 'outsider']) await api.addUser(name)
  ids.closed = await api.addProject('closed')
  ids.open = await api.addProject('open', { public: true })
  for (const username of ['member', 'limited'])
    await createMember(
      api.core,
      SYSTEM,
      { id: ids.closed },
      { roleId: roleIds.guest, username, ...(username === 'limited' ? { repositories: ['in/**'] } : {}) },
    )
  for (const [name, pulls] of [
    ['closed/in/app', 5],
    ['closed/out', 7],
    ['open/app', 3],
  ] as const) {
    const projectId = ids[name.split('/')[0]!]!
    const { id: repositoryId } = await database.db.prisma.repository.create({ data: { projectId, name } })
    const use = { projectId, repositoryId, tag: 'v1', at: new Date(NOW) }
    await api.core.db.transaction((tx) =>
      countUses(api.core, tx, [
        { ...use, pulls },
        { ...use, pushes: 1 },
      ]),
    )
  }
  await database.db.prisma.quota.updateMany({
    where: { projectId: ids.closed },
    data: { usedBytes: 900 },
  })
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

const closed = { path: { project_name: 'closed' } }
const pulls = async (who: string) => (await api.call(who, 'getActivity')).data.pulls

it('counts for everybody what they may see, and only that', async () => {
  expect(await pulls('root')).toBe(15)
  expect(await pulls('member')).toBe(15)
  expect(await pulls('limited')).toBe(8)
  expect(await pulls('outsider')).toBe(3)
  const inProject = async (who: string) => (await api.call(who, 'getProjectActivity', closed)).data
  expect((await inProject('member')).pulls).toBe(12)
  expect(await inProject('limited')).toMatchObject({ pulls: 5, pushes: 1 })
})

it('names the most used repositories of those that may be listed, and their tags', async () => {
  const names = async (who: string, query = {}) =>
    (await api.call(who, 'listMostUsed', { query })).data.map((use) => use.repository_name)
  expect(await names('root')).toEqual(['closed/out', 'closed/in/app', 'open/app'])
  expect(await names('root', { limit: 1 })).toEqual(['closed/out'])
  expect(await names('root', { by: 'pushes' })).toHaveLength(3)
  expect(await names('limited')).toEqual(['closed/in/app', 'open/app'])
  expect(await names('outsider')).toEqual(['open/app'])
  const ofProject = await api.call('limited', 'listMostUsedOfProject', closed)
  expect(ofProject.data).toMatchObject([{ repository_name: 'closed/in/app', pulls: 5, pushes: 1 }])
  const tags = await api.call('limited', 'listMostUsedTags', {
    path: { ...closed.path, repository_name: 'in/app' },
  })
  expect(tags.data).toEqual([{ tag: 'v1', pulls: 5, pushes: 1 }])
})

it('tells storage to those who may read quotas', async () => {
  const today = async (who: string) => (await api.call(who, 'getStorageHistory')).data.items.at(-1)
  expect(await today('member')).toEqual({ day: '2026-06-15', storage_bytes: 900 })
  expect(await today('outsider')).toBeUndefined()
  const last = async (who: string, project: string) =>
    (await api.call(who, 'getProjectActivity', { path: { project_name: project } })).data.items.at(-1)
  expect((await last('member', 'closed'))?.storage_bytes).toBe(900)
  expect((await last('outsider', 'open'))?.storage_bytes).toBeUndefined()
})

it('gives one item for every day asked for, in UTC', async () => {
  const { data } = await api.call('root', 'getActivity', { query: { from: '2026-06-13' } })
  expect(data).toMatchObject({ from: '2026-06-13', to: '2026-06-15', pulls: 15, pushes: 3 })
  expect(data.items).toEqual([
    { day: '2026-06-13', pulls: 0, pushes: 0 },
    { day: '2026-06-14', pulls: 0, pushes: 0 },
    { day: '2026-06-15', pulls: 15, pushes: 3 },
  ])
})

it.each<Record<string, string>>([
  { from: '2026-06-16', to: '2026-06-15' },
  { from: '2025-06-14', to: '2026-06-15' },
  { from: '2026-02-30' },
  { from: 'yesterday' },
])('refuses %o', async (query) => {
  const { status } = await api.call('root', 'getActivity', { query })
  expect([400, 422]).toContain(status)
})

it('refuses windows and orders that there are not', async () => {
  const wrong: Record<string, string | number>[] = [
    { window: '0d' },
    { window: '365d' },
    { by: 'name' },
    { limit: 0 },
    { limit: 101 },
  ]
  for (const query of wrong)
    expect((await api.call('root', 'listMostUsed', { query })).status).toBeGreaterThanOrEqual(400)
})

it('asks the database no more often for many days and repositories than for few', async () => {
  const query = vi.spyOn(api.core.db, 'query')
  const ask = async (days: number) => {
    const from = new Date(NOW - (days - 1) * 86_400_000).toISOString().slice(0, 10)
    await api.call('limited', 'getActivity', { query: { from } })
    await api.call('limited', 'getProjectActivity', { ...closed, query: { from } })
    await api.call('limited', 'listMostUsed', { query: { window: `${days}d`, limit: days } })
    await api.call('limited', 'getStorageHistory', { query: { from } })
  }
  const count = async (days: number) => {
    await ask(days)
    query.mockClear()
    await ask(days)
    return query.mock.calls.length
  }
  const few = await count(1)
  expect(await count(60)).toBe(few)
  query.mockRestore()
})
