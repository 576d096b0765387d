import { setTimeout as delay } from 'node:timers/promises'
import { addProject, image, openShop, push, type Shop, testDatabase, upload } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deleteArtifact } from '../artifacts/index.ts'
import { SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { dispatchEvents } from '../events/index.ts'
import { DAY_MS, dayOf } from './days/model.ts'
import {
  getProjectActivity,
  getRepositoryActivity,
  getStorageHistory,
  measureStorage,
  statisticsSubscriber,
} from './index.ts'
import { writeRepositoryStorage } from './repository-storage/store.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
let core: Core
// Noon of a day of its own; tests move on by whole days.
const noonMs = Date.UTC(2026, 5, 15, 12)
let aheadDays = 0
const today = () => dayOf(core.now())

beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  core = { ...shop.core, now: () => noonMs + aheadDays * DAY_MS }
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

test('storage is written down when it changed, holds until then, and is of now today', async () => {
  const { id } = await addProject(core, 'store')
  const use = (usedBytes: number) =>
    core.db.prisma.quota.update({ where: { projectId: id }, data: { usedBytes } })
  const rowsOfProject = () => core.db.prisma.projectDay.count({ where: { projectId: id } })
  await use(1_000)
  await measureStorage(core)
  await measureStorage(core)
  expect(await rowsOfProject()).toBe(1)
  aheadDays = 1
  await measureStorage(core)
  expect(await rowsOfProject()).toBe(1)
  await use(4_000)
  aheadDays = 2
  await measureStorage(core)
  await use(5_000)
  const { days } = await getProjectActivity(core, SYSTEM, { project: 'store' })
  expect(days.slice(-4).map(({ storageBytes }) => storageBytes)).toEqual([undefined, 1_000, 1_000, 5_000])
  // Long after that it is still known what it was: it has been written down again meanwhile.
  for (const ahead of [20, 40, 60]) {
    aheadDays = ahead
    await measureStorage(core)
  }
  const later = await getProjectActivity(core, SYSTEM, { project: 'store' })
  expect(later.days.every(({ storageBytes }) => storageBytes === 5_000)).toBe(true)
  const whole = await getStorageHistory(core, SYSTEM, {})
  expect(whole.days.at(-1)?.day).toBe(today())
  aheadDays = 0
})

test('the storage of a repository is added up when something came or went, and holds until then', async () => {
  const small = image('grown a')
  const large = image('grown b')
  const bytes = async () => {
    const { days } = await getRepositoryActivity(core, SYSTEM, { repository: 'grown/app' })
    return days.slice(-4).map(({ storageBytes }) => storageBytes)
  }
  await addProject(core, 'grown')
  await push(core, 'grown/app', small, '1')
  await dispatchEvents(core, [statisticsSubscriber])
  await measureStorage(core)
  const [, , , first] = await bytes()
  expect(first).toBeGreaterThan(0)
  aheadDays = 2
  await measureStorage(core)
  await upload(core, 'grown/app', large, '2')
  await push(core, 'grown/app', large, '2')
  await dispatchEvents(core, [statisticsSubscriber])
  await measureStorage(core)
  const second = (await bytes())[3]!
  expect(second).toBeGreaterThan(first!)
  aheadDays = 3
  await deleteArtifact(core, SYSTEM, { repository: 'grown/app', reference: large.digest })
  expect(await bytes()).toEqual([first, first, second, first])
  await dispatchEvents(core, [statisticsSubscriber])
  await measureStorage(core)
  aheadDays = 4
  expect(await bytes()).toEqual([first, second, first, first])
  const { days } = await getRepositoryActivity(core, SYSTEM, { repository: 'grown/app', tag: '1' })
  expect(days.every(({ storageBytes }) => storageBytes === undefined)).toBe(true)
  aheadDays = 0
})

test('a mark that comes while storage is written down stays', async () => {
  const made = image('marked')
  await addProject(core, 'marked')
  await push(core, 'marked/app', made, '1')
  await dispatchEvents(core, [statisticsSubscriber])
  const where = { name: 'marked/app' }
  const { id, contentVersion } = await core.db.prisma.repository.findUniqueOrThrow({ where })
  const rows = { repositoryId: id }
  const { day } = await core.db.prisma.repositoryDay.findFirstOrThrow({ where: rows })
  const held = [{ repositoryId: id, version: contentVersion, bytes: 1 }]
  let written: Promise<void> | undefined
  await core.db.transaction(async (tx) => {
    await tx.repositoryDay.updateMany({ where: rows, data: { storageDue: true } })
    written = writeRepositoryStorage(core, [{ day, repositoryId: id }], held)
    // As long as a statement needs to begin; one that begins later sees the change anyway.
    await delay(200)
    await core.db.query('UPDATE repositories SET content_version = content_version + 1 WHERE id = ?', [id])
  })
  await written
  expect(await core.db.prisma.repositoryDay.findMany({ where: rows })).toMatchObject([{ storageDue: true }])
})
