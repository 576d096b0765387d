import { openShop, type Shop, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createCore } from '../../context/index.ts'
import { bandwidthOf } from './bandwidth.ts'
import { reserveBandwidth } from './store.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let shop: Shop
beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

test('no two speak for the same time of a registry, and one registry not for another’s', async () => {
  const { core } = shop
  const waits = await Promise.all(Array.from({ length: 12 }, () => reserveBandwidth(core, 7, 60_000)))
  waits.sort((one, other) => one - other)
  expect(waits[0]).toBe(0)
  for (const [n, waitMs] of waits.entries()) {
    expect(waitMs).toBeLessThanOrEqual(n * 60_000)
    expect(waitMs).toBeGreaterThan(n * 60_000 - 30_000)
  }
  expect(await reserveBandwidth(core, 8, 60_000)).toBe(0)
})

test('whose clock is ahead keeps nobody waiting', async () => {
  const { core } = shop
  const ahead = createCore({ ...core.settings, now: () => Date.now() + 600_000 })
  try {
    for (const node of [ahead, core, ahead]) await bandwidthOf(node, 11, 8_000)(1_000, undefined)
    expect(await reserveBandwidth(core, 11, 1_000)).toBeLessThanOrEqual(2_000)
  } finally {
    await ahead.close()
  }
})

test('what one artifact leaves of a second is the next one’s', async () => {
  const { core } = shop
  for (let artifact = 0; artifact < 50; artifact++) await bandwidthOf(core, 9, 8_000)(1_000, undefined)
  expect(await reserveBandwidth(core, 9, 1_000)).toBeLessThanOrEqual(1_000)
  expect(bandwidthOf(core, 9, 16_000)).not.toBe(bandwidthOf(core, 10, 16_000))
})

test('the share of one that is broken off while it waits is the next one’s', async () => {
  const { core } = shop
  const freeAt = async () =>
    (await core.db.prisma.replicationBandwidth.findUniqueOrThrow({ where: { registryId: 12 } })).freeAt
  await reserveBandwidth(core, 12, 500)
  const before = await freeAt()
  const ended = new AbortController()
  const broken = bandwidthOf(core, 12, 8)(1_000, ended.signal)
  const spokenFor = await vi.waitFor(async () => {
    const at = await freeAt()
    expect(at.getTime()).toBeGreaterThan(before.getTime())
    return at
  })
  ended.abort(new Error('stopped'))
  await expect(broken).rejects.toThrow('stopped')
  await bandwidthOf(core, 12, 8)(1_000, undefined)
  expect(await freeAt()).toEqual(spokenFor)
})
