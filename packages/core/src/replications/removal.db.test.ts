import { openShop, type Shop, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { createExecution, removeHidden } from '../executions/index.ts'
import { everything } from '../list-query/index.ts'
import { getReplication, listReplications, purgeReplications } from './executions/index.ts'
import { addPolicy, addRegistry } from './harbour.fixture.ts'
import { REMOVED, REPLICATION } from './model.ts'
import { deletePolicy } from './service.ts'
import { removePolicy } from './store.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
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

async function policyWithHistory(name: string, tasks: number) {
  const destRegistryId = await addRegistry(core, { name, url: 'https://registry.example.com' })
  const policyId = await addPolicy(core, { name, destRegistryId })
  const vendor = { vendorType: REPLICATION, vendorId: policyId } as const
  const { id } = await core.db.transaction((tx) =>
    createExecution(core, tx, {
      ...{ ...vendor, trigger: 'MANUAL' },
      tasks: Array.from({ length: tasks }, () => ({})),
    }),
  )
  return { policyId, id }
}
const left = () => core.db.prisma.task.count()

it('a policy goes at once, however long its history, which then goes bit by bit', async () => {
  const { policyId, id } = await policyWithHistory('long', 2_500)
  const line = { resourceType: 'replication_policy', action: 'delete', actor: SYSTEM } as const
  expect(await removePolicy(core, policyId, { ...line, resource: 'long', detail: {} })).toBe(true)
  await expect(getReplication(core, SYSTEM, id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect((await listReplications(core, SYSTEM, {}, everything)).total).toBe(0)
  // Who runs it hears that it has to stop.
  const row = await core.db.prisma.execution.findUniqueOrThrow({ where: { id } })
  expect(row.stopAskedAt).not.toBeNull()
  expect(await removeHidden(core, REMOVED, AbortSignal.abort())).toBe(0)
  expect(await left()).toBe(2_500)
  expect(await purgeReplications(core)).toBe(1)
  expect(await left()).toBe(0)
})

it('a short one goes with its policy', async () => {
  const { policyId } = await policyWithHistory('short', 3)
  await deletePolicy(core, SYSTEM, policyId)
  expect(await core.db.prisma.execution.count()).toBe(0)
})
