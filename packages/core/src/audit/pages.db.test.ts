import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import type { Filter, ListQuery } from '../list-query/index.ts'
import { listAuditLines } from './index.ts'

let database: TestDatabase
let core: Core
const COUNT = 21_000
const START_MS = Date.parse('2026-01-01T00:00:00Z')

const line = (n: number) => ({
  // As in a log where much was purged: what looks through ids must not take them for lines.
  id: (n + 1) * 10,
  at: new Date(START_MS + n * 1_000),
  actorKind: 'user',
  actorName: n % 3 === 0 ? 'ci' : `person-${n % 200}`,
  action: n % 2 === 0 ? 'pull' : 'create',
  resourceType: n % 5 === 0 ? 'tag' : 'artifact',
  resource: n === 12 ? 'old/needle' : n === 20_990 ? 'new/Needle_100%' : `project-${n % 7}/service-${n % 11}`,
  projectId: n % 7 === 0 ? null : n % 7,
  address: `10.0.0.${n % 50}`,
  result: n % 100 === 1 ? 'failed' : n % 50 === 2 ? 'refused' : 'ok',
  detail: { digest: `sha256:${n}x` },
})
const all = Array.from({ length: COUNT }, (_, n) => line(n)).reverse()

beforeAll(async () => {
  database = await testDatabase()
  core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 4,
  })
  for (let from = 0; from < COUNT; from += 3_000)
    await database.db.prisma.auditLine.createMany({ data: all.slice(from, from + 3_000) })
}, 60_000)
afterAll(async () => {
  await core.close()
  await database.drop()
})

const exact = (field: string, value: string): Filter => ({ field, match: 'exact', value })
const fuzzy = (field: string, value: string): Filter => ({ field, match: 'fuzzy', value })
const list = (filters: Filter[], page = 1, pageSize = 15, sort: ListQuery['sort'] = []) =>
  listAuditLines(core, SYSTEM, { filters, sort, page, pageSize })
const ids = (lines: { id: number }[]) => lines.map(({ id }) => id)
type Made = ReturnType<typeof line>

describe('a page', () => {
  const ways: [string, Filter[], (line: Made) => boolean][] = [
    ['one person', [exact('username', 'person-7')], (l) => l.actorName === 'person-7'],
    ['all that failed', [exact('operation_result', 'false')], (l) => l.result !== 'ok'],
    [
      'a person and an action',
      [exact('username', 'ci'), exact('operation', 'create')],
      (l) => l.actorName === 'ci' && l.action === 'create',
    ],
    [
      'a project and a result',
      [exact('project_id', '3'), exact('result', 'refused')],
      (l) => l.projectId === 3 && l.result === 'refused',
    ],
    [
      'an address and a type',
      [exact('address', '10.0.0.5'), exact('resource_type', 'tag')],
      (l) => l.address === '10.0.0.5' && l.resourceType === 'tag',
    ],
    [
      'a resource in a time',
      [
        exact('resource', 'project-1/service-1'),
        { field: 'op_time', match: 'range', min: '2026-01-01T01:00:00', max: '2026-01-01T02:00:00' },
      ],
      (l) =>
        l.resource === 'project-1/service-1' &&
        +l.at >= START_MS + 3_600_000 &&
        +l.at <= START_MS + 7_200_000,
    ],
    [
      'a part of a name and an action',
      [fuzzy('username', 'SON-19'), exact('operation', 'pull')],
      (l) => l.actorName.includes('son-19') && l.action === 'pull',
    ],
  ]

  it.each(ways)(
    'of %s is followed by the next without gap or overlap, and ends where the lines do',
    async (_, filters, matches) => {
      const expected = all.filter(matches)
      const size = Math.ceil(expected.length / 3.5)
      const found: number[] = []
      let stopped = false
      for (let page = 1; ; page++) {
        const { items, total, searchedBackTo } = await list(filters, page, size)
        found.push(...ids(items))
        stopped = searchedBackTo !== null
        if (stopped) break
        if (found.length >= total) break
        // What a client goes by: there is another page.
        expect(total).toBeGreaterThan((page - 1) * size + items.length)
      }
      expect(found).toEqual(ids(expected).slice(0, found.length))
      if (!stopped) expect(found).toHaveLength(expected.length)
    },
  )

  it('counts what matches one filter, up to ten thousand', async () => {
    const person = await list([exact('username', 'person-7')])
    expect([person.total, person.more]).toEqual([all.filter((l) => l.actorName === 'person-7').length, false])
    expect(await list([exact('operation', 'pull')])).toMatchObject({ total: 10_000, more: true })
    expect(await list([])).toMatchObject({ total: 10_000, more: true })
    expect(await list([exact('username', 'nobody')])).toMatchObject({ total: 0, more: false, items: [] })
    const both = await list([exact('username', 'ci'), exact('operation', 'pull')])
    expect([both.total, both.more]).toEqual([16, true])
    const few = await list([exact('project_id', '3'), exact('result', 'failed')], 1, 100)
    expect([few.total, few.more]).toEqual([few.items.length, false])
  })
})

describe('a search by parts of texts', () => {
  it('finds what any column and the detail say, whatever the case, and takes no character for another', async () => {
    for (const text of ['needle_100', 'NEEDLE', '100%', 'sha256:20990x'])
      expect(ids((await list([fuzzy('text', text)])).items), text).toEqual([209_910])
    expect((await list([fuzzy('text', 'needle1100')])).items).toEqual([])
    expect((await list([fuzzy('text', 'person-7')])).items.length).toBe(15)
  })

  it('tells how far it has looked when it stops before the end', async () => {
    const first = await list([fuzzy('text', 'old/needle')])
    expect(first.items).toEqual([])
    expect(first.searchedBackTo).toBeInstanceOf(Date)
    const rest: Filter = { field: 'op_time', match: 'range', max: first.searchedBackTo! }
    const next = await list([fuzzy('text', 'old/needle'), rest])
    expect(next.searchedBackTo ?? new Date(0)).not.toEqual(first.searchedBackTo)
    const last: Filter = { field: 'op_time', match: 'range', max: '2026-01-01T00:30:00' }
    const found = await list([fuzzy('text', 'old/needle'), last])
    expect([ids(found.items), found.total, found.searchedBackTo]).toEqual([[130], 1, null])
  })

  it('looks at the newest five hundred that another filter leaves, when they stand far apart', async () => {
    const third = exact('project_id', '3')
    const ofThird = all.filter((l) => l.projectId === 3)
    const found = await list([third, fuzzy('text', ofThird[499]!.detail.digest)])
    expect([ids(found.items), found.searchedBackTo]).toEqual([[ofThird[499]!.id], ofThird[500]!.at])
    const beyond = await list([third, fuzzy('text', ofThird[500]!.detail.digest)])
    expect([ids(beyond.items), beyond.searchedBackTo, beyond.more]).toEqual([[], ofThird[500]!.at, true])
    const full = await list([third, fuzzy('text', 'service-3')], 2)
    const expected = ofThird.filter((l) => l.resource.endsWith('service-3'))
    expect([ids(full.items), full.searchedBackTo]).toEqual([ids(expected).slice(15, 30), null])
  })

  it('looks through all lines that the other filters leave, when they are few', async () => {
    const found = await list([fuzzy('text', 'needle'), exact('address', '10.0.0.12')])
    expect([ids(found.items), found.searchedBackTo]).toEqual([[130], null])
  })
})

/** The characters of all that the database answers while `run` reads. */
async function charactersRead(run: (watched: Core) => Promise<unknown>): Promise<number> {
  let characters = 0
  const query: Core['db']['query'] = async (...asked) => {
    const rows = await core.db.query<never>(...asked)
    characters += JSON.stringify(rows).length
    return rows
  }
  const db = new Proxy(core.db, {
    get: (target, key) => (key === 'query' ? query : Reflect.get(target, key)),
  })
  await run(new Proxy(core, { get: (target, key) => (key === 'db' ? db : Reflect.get(target, key)) }))
  return characters
}

describe('a page that asks for very much', () => {
  it('ends after a thousand lines and tells that there are more', async () => {
    const whole = await list([], 1, 0)
    expect([whole.items.length, whole.total, whole.more]).toEqual([1_000, 10_000, true])
    expect(ids(whole.items)).toEqual(ids(all.slice(0, 1_000)))
    const parts = await list([fuzzy('resource', 'service')], 1, 0)
    expect([parts.items.length, parts.more]).toEqual([1_000, true])
    const few = await list([exact('username', 'person-7')], 1, 0)
    expect([few.items.length, few.more]).toEqual([few.total, false])
  })

  it('holds nothing of the lines before it', async () => {
    const read = (page: number) =>
      charactersRead((watched) =>
        listAuditLines(watched, SYSTEM, {
          filters: [fuzzy('resource', 'service')],
          sort: [],
          page,
          pageSize: 100,
        }),
      )
    expect(await read(1)).toBeGreaterThan(100 * 200)
    // What is left of each of 21,000 lines is its place.
    expect(await read(1_000_000)).toBeLessThan(COUNT * 60)
  })
})
