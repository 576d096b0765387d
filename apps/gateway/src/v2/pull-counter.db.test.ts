import { type Core, createCore, SYSTEM } from '@berth/core'
import { createProject } from '@berth/core/projects'
import { parseRepositoryName, parseTag } from '@berth/registry-client'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { PullCounter } from './pull-counter.ts'

let database: TestDatabase
let core: Core
/** What the database does not take: the nth transaction, or those that ask for a digest. */
let refuses: { transaction?: (nth: number) => boolean; digest?: string; everything?: boolean }
let transactions: number
let logged: string[]
let counter: PullCounter

beforeAll(async () => {
  database = await testDatabase()
  core = createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
  })
  await createProject(core, SYSTEM, { name: 'team' })
})
afterAll(async () => {
  await core.close()
  await database.drop()
})

const broken = new Error('the database does not take it')
const withBreaks = (): Core => {
  const query: Core['db']['query'] = async (sql, params) => {
    if (refuses.everything || (params as unknown[] | undefined)?.includes(refuses.digest)) throw broken
    return core.db.query(sql, params)
  }
  const transaction: Core['db']['transaction'] = async (...asked) => {
    if (refuses.everything || refuses.transaction?.(++transactions)) throw broken
    return core.db.transaction(...asked)
  }
  const parts: Record<PropertyKey, unknown> = { query, transaction }
  const db = new Proxy(core.db, { get: (target, key) => parts[key] ?? Reflect.get(target, key) })
  return new Proxy(core, { get: (target, key) => (key === 'db' ? db : Reflect.get(target, key)) })
}

beforeEach(async () => {
  await database.db.prisma.auditLine.deleteMany({ where: { action: 'pull' } })
  refuses = {}
  transactions = 0
  logged = []
  counter = new PullCounter(withBreaks(), (level, message) => logged.push(`${level} ${message}`))
})

const digest = (n: number) => `sha256:${String(n).padStart(64, '0')}`
const pull = (count: number) => {
  for (let n = 0; n < count; n++)
    counter.add(parseRepositoryName('team/app')!, digest(n), parseTag(`t${n}`)!, { kind: 'anonymous' })
}
const counted = async () => {
  const lines = await database.db.prisma.auditLine.findMany({ where: { action: 'pull' } })
  return [lines.length, lines.reduce((sum, { times }) => sum + times, 0)]
}

it('counts each pull once when one group of them could not be written', async () => {
  refuses.transaction = (nth) => nth === 2
  pull(500)
  await counter.flush()
  await counter.flush()
  expect(await counted()).toEqual([500, 500])
  expect(counter.waiting).toBe(0)
})

it('gives up a pull that can never be written, and no other', async () => {
  refuses.digest = digest(130)
  pull(300)
  await counter.flush()
  expect(await counted()).toEqual([299, 299])
  expect(counter.waiting).toBe(1)
  for (let round = 0; round < 2; round++) {
    pull(3)
    await counter.flush()
  }
  expect(counter.waiting).toBe(0)
  expect(logged.at(-1)).toBe('error a pull cannot be counted and is left out')
  expect((await counted())[1]).toBe(299 + 6)
})

it('keeps all of them while the database is away, however long', async () => {
  refuses.everything = true
  pull(300)
  for (let round = 0; round < 5; round++) await counter.flush()
  refuses = { transaction: () => true }
  for (let round = 0; round < 5; round++) await counter.flush()
  expect(counter.waiting).toBe(300)
  refuses = {}
  await counter.flush()
  expect(await counted()).toEqual([300, 300])
})
