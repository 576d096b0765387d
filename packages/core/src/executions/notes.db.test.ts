import { migrate } from '@berth/db/migrate'
import { openShop, type Shop, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  changeExecution,
  createExecution,
  endExecution,
  readExecution,
  readLastExecutions,
  SKIPPED,
} from './index.ts'

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

const vendor = { vendorType: 'REPLICATION', vendorId: 1, trigger: 'MANUAL' } as const
const ended = (text: string, reason = '', vendorType: 'REPLICATION' | 'WEBHOOK' = 'REPLICATION') =>
  shop.core.db.transaction(async (tx) => {
    const { id } = await createExecution(shop.core, tx, { ...vendor, vendorType })
    await endExecution(shop.core, tx, id, reason ? 'Error' : 'Success', { text, reason })
    return id
  })

test('what runs told in words of their own before there were columns is kept', async () => {
  const { core } = shop
  const leftOut = '4 tags are left out, whose names are not valid: team/odd:.dot, …'
  const labels =
    'a registry of the type docker-registry knows no labels: a filter that wants some lets nothing pass'
  const done = await ended(`3 tags are in step; ${labels}; ${leftOut}`)
  const odd = await ended(`1 artifacts to copy, 0 tags were in step; ${leftOut}`)
  const plain = await ended('3 tags are in step')
  const hook = await ended(`x; ${leftOut}`, '', 'WEBHOOK')
  const skipped = await ended('skipped: the replication before it is still under way', SKIPPED)
  for (const sql of [
    'ALTER TABLE executions DROP COLUMN notes',
    'ALTER TABLE executions DROP COLUMN status_reason',
    "DELETE FROM _prisma_migrations WHERE migration_name LIKE '%\\_execution\\_notes'",
  ])
    await core.db.prisma.$executeRawUnsafe(sql)
  expect(await migrate(database.url)).toHaveLength(1)
  const told = async (id: number, vendorType: 'REPLICATION' | 'WEBHOOK' = 'REPLICATION') => {
    const { statusReason, notes } = (await readExecution(core, { vendorType }, id))!
    return { statusReason, notes }
  }
  expect(await told(done)).toEqual({
    statusReason: '',
    notes: [{ reason: 'no_labels', sentence: `${labels}; ${leftOut}` }],
  })
  expect(await told(odd)).toEqual({ statusReason: '', notes: [{ reason: 'left_out', sentence: leftOut }] })
  expect(await told(plain)).toEqual({ statusReason: '', notes: [] })
  expect(await told(hook, 'WEBHOOK')).toEqual({ statusReason: '', notes: [] })
  expect(await told(skipped)).toEqual({ statusReason: 'skipped', notes: [] })
  // The last that did something.
  expect((await readLastExecutions(core, 'REPLICATION')).map(({ id }) => id)).toEqual([plain])
})

test('what was said of a run stays beside what is said later, each once', async () => {
  const { core } = shop
  const whole = { reason: 'left_out', sentence: '3 repositories are left out' }
  const part = { reason: 'left_out', sentence: '1 tags are left out' }
  const id = await core.db.transaction(async (tx) => (await createExecution(core, tx, vendor)).id)
  await core.db.transaction((tx) => changeExecution(tx, id, { notes: [whole] }))
  await core.db.transaction((tx) => endExecution(core, tx, id, 'Success', { notes: [part, whole] }))
  expect((await readExecution(core, vendor, id))!.notes).toEqual([whole, part])
})
