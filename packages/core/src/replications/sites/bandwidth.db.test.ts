import { openShop, type Shop, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
