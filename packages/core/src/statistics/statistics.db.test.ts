import {
  addProject,
  image,
  openShop,
  type Pushable,
  push,
  type Shop,
  testDatabase,
  write,
} from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PullCount, recordPulls } from '../artifacts/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import { updateConfigurations } from '../configurations/index.ts'
import { type Core, createCore } from '../context/index.ts'
import { dispatchEvents, type Subscriber } from '../events/index.ts'
import { deleteRepository } from '../repositories/index.ts'
import { DAY_MS, dayOf } from './days/model.ts'
import {
  getActivity,
  getProjectActivity,
  getRepositoryActivity,
  listMostUsed,
  listMostUsedOfProject,
  listMostUsedTags,
  purgeStatistics,
  statisticsSubscriber,
} from './index.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let core: Core
// Noon of a day of its own; tests move on by whole days.
const noonMs = Date.UTC(2026, 5, 15, 12)
let aheadDays = 0
const _today = () => dayOf(core.now())

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  core = { ...shop.core, now: () => noonMs + aheadDays * DAY_MS }
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

const pull = (repository: string, of: Pushable, count: number, tag?: string, daysAgo = 0): PullCount => ({
  repository,
  digest: of.digest,
  tag,
  count,
  at: new Date(core.now() - daysAgo * DAY_MS),
})

const pullsOf = (days: readonly { pulls: number }[]) => days.map(({ pulls }) => pulls)

test('pulls are counted on their day for the repository, the tag, the project and everything', async () => {
  await addProject(core, 'days')
  const [a, b] = [image('a'), image('b')]
  await push(core, 'days/a', a, 'v1')
  await push(core, 'days/b', b, 'v1')
  await recordPulls(core, [
    pull('days/a', a, 3, 'v1'),
    pull('days/a', a, 2),
    pull('days/a', a, 4, 'v1', 1),
    pull('days/b', b, 1, 'v1'),
  ])
  await recordPulls(core, [pull('days/a', a, 1, 'v1')])
  const text = new Date(core.now() - DAY_MS).toISOString().slice(0, 10)
  const lately = { from: text }
  const repository = await getRepositoryActivity(core, SYSTEM, { ...lately, repository: 'days/a' })
  expect(pullsOf(repository.days)).toEqual([4, 6])
  const tag = await getRepositoryActivity(core, SYSTEM, { ...lately, repository: 'days/a', tag: 'v1' })
  expect(pullsOf(tag.days)).toEqual([4, 4])
  expect(pullsOf((await getProjectActivity(core, SYSTEM, { ...lately, project: 'days' })).days)).toEqual([
    4, 7,
  ])
  expect(pullsOf((await getActivity(core, SYSTEM, lately)).days)).toEqual([4, 7])
  const [row] = await core.db.query<{ pull_count: number }>(
    'SELECT pull_count FROM repositories WHERE name = ?',
    ['days/a'],
  )
  expect(row?.pull_count).toBe(10)
  const input = { by: 'pulls', window: '7d', limit: 10 } as const
  const used = await listMostUsed(core, SYSTEM, input)
  expect(used.map(({ name, pulls }) => [name, pulls])).toEqual([
    ['days/a', 10],
    ['days/b', 1],
  ])
  const tags = await listMostUsedTags(core, SYSTEM, { ...input, repository: 'days/a' })
  expect(tags).toEqual([{ tag: 'v1', pulls: 8, pushes: 0 }])
})

test('the most used of any window are those of its days, also where weeks are added up', async () => {
  await addProject(core, 'weeks')
  const names = ['weeks/a', 'weeks/b', 'weeks/c']
  const made = await Promise.all(
    names.map(async (name) => {
      const one = image(name)
      await push(core, name, one, 'v1')
      return one
    }),
  )
  const countOn = (daysAgo: number, n: number) => ((daysAgo * 7 + n * 13) % 29) + 1
  const counts = Array.from({ length: 92 }, (_, daysAgo) =>
    made.map((one, n) => pull(names[n]!, one, countOn(daysAgo, n), 'v1', daysAgo)),
  )
  await recordPulls(core, counts.flat())
  for (const window of [1, 6, 7, 8, 28, 29, 63, 90]) {
    const sums = names.map((name, n) => ({
      name,
      pulls: Array.from({ length: window }, (_, daysAgo) => countOn(daysAgo, n)).reduce((a, b) => a + b),
    }))
    const input = { by: 'pulls', window: `${window}d`, limit: 3, project: 'weeks' } as const
    const found = (await listMostUsedOfProject(core, SYSTEM, input)).map(({ name, pulls }) => ({
      name,
      pulls,
    }))
    expect(found.map(({ pulls }) => pulls)).toEqual(sums.map(({ pulls }) => pulls).sort((x, y) => y - x))
    expect(found, `${window} days`).toEqual(expect.arrayContaining(sums))
  }
})

test('two nodes count the same repositories at once, in any order, and lose and invent nothing', async () => {
  const other = createCore(core.settings)
  await addProject(core, 'hot')
  const images = await Promise.all(
    Array.from({ length: 6 }, async (_, n) => {
      const made = image(`hot ${n}`)
      await write(core, `hot/${n}`, made, 'v1')
      return made
    }),
  )
  const before = (await getActivity(core, SYSTEM, {})).days.at(-1)!.pulls
  const ROUNDS = 30
  await Promise.all(
    Array.from({ length: ROUNDS }, async (_, round) => {
      const counts = images.map((of, n) => pull(`hot/${n}`, of, n + 1, n % 2 ? 'v1' : undefined))
      if (round % 2) counts.reverse()
      await recordPulls(round % 3 ? core : other, counts)
    }),
  )
  await other.close()
  for (const n of images.keys()) {
    const { days } = await getRepositoryActivity(core, SYSTEM, { repository: `hot/${n}` })
    expect(days.at(-1)?.pulls).toBe(ROUNDS * (n + 1))
  }
  const sum = ROUNDS * (1 + 2 + 3 + 4 + 5 + 6)
  expect((await getProjectActivity(core, SYSTEM, { project: 'hot' })).days.at(-1)?.pulls).toBe(sum)
  expect((await getActivity(core, SYSTEM, {})).days.at(-1)?.pulls).toBe(before + sum)
})

const pushesOf = (days: readonly { pushes: number }[]) => days.at(-1)?.pushes

test('a push is counted once, whatever fails on the way, and a deletion takes the days of a repository along', async () => {
  await addProject(core, 'pushed')
  await push(core, 'pushed/app', image('p1'), 'v1')
  await push(core, 'pushed/app', image('p2'))
  await push(core, 'pushed/app', image('p3'), 'v1')
  let fails = true
  const other: Subscriber = {
    name: 'other',
    types: 'all',
    take: async () => {
      if (fails) throw new Error('not now')
    },
  }
  const broken: Core = {
    ...core,
    db: {
      ...core.db,
      // The process ends in the middle: what was written so far is not there.
      transaction: (run) =>
        core.db.transaction(async (tx) => {
          await run(tx)
          throw new Error('killed')
        }),
    },
  }
  await expect(dispatchEvents(broken, [statisticsSubscriber])).rejects.toThrow('killed')
  await dispatchEvents(core, [statisticsSubscriber, other])
  fails = false
  await dispatchEvents(core, [statisticsSubscriber, other])
  const repository = 'pushed/app'
  expect(pushesOf((await getRepositoryActivity(core, SYSTEM, { repository })).days)).toBe(3)
  expect(pushesOf((await getRepositoryActivity(core, SYSTEM, { repository, tag: 'v1' })).days)).toBe(2)
  const { id } = await core.db.prisma.repository.findUniqueOrThrow({ where: { name: repository } })
  await deleteRepository(core, SYSTEM, repository)
  await dispatchEvents(core, [statisticsSubscriber])
  const where = { repositoryId: id }
  expect(await core.db.prisma.repositoryDay.count({ where })).toBe(0)
  expect(await core.db.prisma.repositorySpan.count({ where })).toBe(0)
  expect(await core.db.prisma.tagDay.count({ where })).toBe(0)
  expect(pushesOf((await getProjectActivity(core, SYSTEM, { project: 'pushed' })).days)).toBe(3)
})

test('old days go, those of tags first; the sums of everything stay', async () => {
  const made = image('old')
  await addProject(core, 'old')
  await push(core, 'old/app', made, 'v1')
  await recordPulls(
    core,
    [100, 50, 10].map((daysAgo) => pull('old/app', made, 1, 'v1', daysAgo)),
  )
  const count = async (table: 'repositoryDay' | 'repositorySpan' | 'tagDay') => {
    const { id } = await core.db.prisma.repository.findUniqueOrThrow({ where: { name: 'old/app' } })
    return core.db.prisma[table as 'tagDay'].count({ where: { repositoryId: id } })
  }
  expect([await count('repositoryDay'), await count('tagDay')]).toEqual([3, 3])
  await purgeStatistics(core)
  expect([await count('repositoryDay'), await count('tagDay')]).toEqual([3, 2])
  await updateConfigurations(core, SYSTEM, { statistics_retention_days: 400 })
  aheadDays = 385
  await purgeStatistics(core)
  expect([await count('repositoryDay'), await count('tagDay')]).toEqual([1, 0])
  // The week and the four that hold this day, and perhaps one whose last day is not too old.
  expect(await count('repositorySpan')).toBeLessThanOrEqual(4)
  aheadDays = 600
  await purgeStatistics(core)
  expect([await count('repositoryDay'), await count('repositorySpan')]).toEqual([0, 0])
  const everything = { where: { projectId: 0, day: dayOf(noonMs) - 100 } }
  expect(await core.db.prisma.projectDay.count(everything)).toBe(1)
  aheadDays = 0
})
