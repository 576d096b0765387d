import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url)
  await api.addUser('outsider')
  await api.addProject('closed-harbour', { members: ['guest'] })
  await api.addProject('open-harbour', { public: true })
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

const search = (as: string | undefined, query: Record<string, string | number>) =>
  api.call(as, 'searchEverything', { query })
const projects = async (as: string | undefined, q: string) =>
  (await search(as, { q, kind: 'project' })).data[0]!.hits.map((hit) => hit.project_name)

describe('searchEverything', () => {
  it('200: a group for every kind, also for those that found nothing', async () => {
    const { status, data } = await search('guest', { q: 'HARBOUR' })
    expect(status).toBe(200)
    expect(data.map(({ kind }) => kind)).toEqual([
      'project',
      'repository',
      'tag',
      'digest',
      'label',
      'annotation',
    ])
    expect(data[0]).toEqual({
      kind: 'project',
      hits: ['open-harbour', 'closed-harbour'].map((name) => ({ project_name: name, matched: name })),
    })
    expect(data.slice(1).flatMap(({ hits }) => hits)).toEqual([])
  })

  it('200: others see the public ones only', async () => {
    for (const who of [undefined, 'outsider'])
      expect(await projects(who, 'harbour')).toEqual(['open-harbour'])
  })

  it('200: the next page begins behind the cursor', async () => {
    const first = (await search('guest', { q: 'harbour', kind: 'project', page_size: 1 })).data[0]!
    expect(first.hits.map((hit) => hit.project_name)).toEqual(['open-harbour'])
    const second = (
      await search('guest', { q: 'harbour', kind: 'project', page_size: 1, cursor: first.next! })
    ).data[0]!
    expect(second).toMatchObject({ hits: [{ project_name: 'closed-harbour' }] })
    expect(second.next).toBeUndefined()
  })

  it.each<Record<string, string | number>>([
    { q: 'x'.repeat(256) },
    { q: 'x', page_size: 0 },
    { q: 'x', page_size: 51 },
    { q: 'x', kind: 'user' },
    { q: 'x', cursor: 'bm9uZQ', kind: 'tag' },
    { q: 'x', cursor: 'bm9uZQ' },
  ])('400 or 422 for %j', async (query) => {
    expect([400, 422]).toContain((await search('guest', query)).status)
  })

  it('400 or 422 without words', async () => {
    expect([400, 422]).toContain((await search('guest', {})).status)
  })

  it('200 and nothing for what would be code in SQL', async () => {
    for (const q of ["' OR '1'='1", '%', '_', '\\', '{}', '; DROP TABLE tags'])
      expect((await search('guest', { q })).data.flatMap(({ hits }) => hits)).toEqual([])
  })
})
