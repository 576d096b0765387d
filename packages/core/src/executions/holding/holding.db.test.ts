import { openShop, type Shop, type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Core } from '../../context/index.ts'
import { changeTask, claimTask, createExecution, renewTasks } from '../index.ts'
import { lockWaiting } from './store.ts'

let database: TestDatabase
let shop: Shop
let core: Core
beforeAll(async () => {
  database = await testDatabase()
  shop = await openShop(database.url)
  core = shop.core
})
afterAll(async () => {
  await shop.close()
  await database.drop()
})

const LEASE_MS = 10_000

it('a worker takes up, keeps and ends its task while somebody else holds all others', async () => {
  const create = (tasks: object[]) =>
    core.db.transaction((tx) =>
      createExecution(core, tx, { vendorType: 'WEBHOOK', vendorId: 7, trigger: 'EVENT', tasks }),
    )
  const others = await create(Array.from({ length: 60 }, () => ({})))
  const { taskIds } = await create([{}])
  await core.db.transaction(async (tx) => {
    expect((await lockWaiting(tx, others.taskIds)).size).toBe(60)
    const claim = (await claimTask(core, taskIds[0]!, LEASE_MS))!
    expect(await renewTasks(core, [claim], LEASE_MS)).toEqual(['kept'])
    expect(await changeTask(core, claim, { status: 'Success' })).toBe(true)
  })
})
