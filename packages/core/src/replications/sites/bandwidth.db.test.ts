import { openShop, type Shop, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
  const before = core.now()
  const starts = await Promise.all(Array.from({ length: 12 }, () => reserveBandwidth(core, 7, 60_000)))
  starts.sort((one, other) => one - other)
  expect(starts[0]).toBeGreaterThanOrEqual(before)
  for (const [n, startsAt] of starts.entries()) expect(startsAt).toBe(starts[0]! + n * 60_000)
  expect(await reserveBandwidth(core, 8, 60_000)).toBeLessThan(starts[1]!)
})

test('what one artifact leaves of a second is the next one’s', async () => {
  const { core } = shop
  for (let artifact = 0; artifact < 50; artifact++) await bandwidthOf(core, 9, 8_000)(1_000, undefined)
  const next = await reserveBandwidth(core, 9, 1_000)
  expect(next - core.now()).toBeLessThanOrEqual(1_000)
  expect(bandwidthOf(core, 9, 16_000)).not.toBe(bandwidthOf(core, 10, 16_000))
})
