import { addProject, openShop, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { deleteRegistry } from '../../registries/index.ts'
import { getReplication, startReplication } from '../executions/index.ts'
import {
  addPolicy,
  addRegistry,
  type Harbour,
  named,
  openHarbour,
  openPolicy,
  tasksOf,
} from '../harbour.fixture.ts'
import { updatePolicy } from '../service.ts'
import { claimNext, claimTransfers } from './claims.ts'
import { workReplicationsNow } from './pump.ts'
import { insertReplication } from './store.ts'

let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(() => harbour.close())

/** So many policies want to go to one registry that takes four at once. */
async function waitFor(count: number): Promise<void> {
  const registryId = await addRegistry(core, { url: 'http://127.0.0.1:1', maxTransfers: 4 })
  for (let n = 0; n < count; n++) {
    const policyId = await addPolicy(core, { destRegistryId: registryId })
    const transfers = [{ kind: 'plan', direction: 'push', registryId }] as const
    await core.db.transaction((tx) => insertReplication(core, tx, { policyId, trigger: 'MANUAL', transfers }))
  }
}

/** Takes up what there is room for, and counts what the database was asked for it. */
async function look() {
  let statements = 0
  const query: Core['db']['query'] = (...asked) => {
    statements++
    return core.db.query(...asked)
  }
  const { claimed } = await claimTransfers({ ...core, db: { ...core.db, query } }, new Map(), 24)
  return { statements, policies: new Set(claimed.map(({ transfer }) => transfer.policyId)).size }
}

it('a look for work asks as often for forty policies of one registry as for the few that it has room for', async () => {
  await waitFor(4)
  const ofFew = await look()
  expect(ofFew.policies).toBe(4)
  await waitFor(40)
  expect(await look()).toEqual(ofFew)
})

it('a place is handed on within its policy as long as no other one waits for the registry', async () => {
  const registryId = await addRegistry(core, { url: 'http://127.0.0.1:1', maxTransfers: 1 })
  const of = { kind: 'plan', direction: 'push', registryId } as const
  const wait = async (count: number) => {
    const policyId = await addPolicy(core, { destRegistryId: registryId })
    const transfers = Array.from({ length: count }, () => of)
    await core.db.transaction((tx) => insertReplication(core, tx, { policyId, trigger: 'MANUAL', transfers }))
    return policyId
  }
  const policyId = await wait(3)
  const [first] = (await claimTransfers(core, new Map(), 24)).claimed
  expect(first?.transfer).toMatchObject({ registryId, policyId })
  const next = await claimNext(core, first!.transfer)
  expect(next?.transfer).toMatchObject({ registryId, policyId })
  await wait(1)
  expect((await claimTransfers(core, new Map(), 24)).claimed).toEqual([])
  expect(await claimNext(core, next!.transfer)).toBeUndefined()
})

it('what was to go to a registry that is gone ends, and says so', async () => {
  const { policyId, registryId, input } = await openPolicy(harbour, { filters: named('team/moved') })
  const id = await startReplication(core, SYSTEM, policyId)
  const { registryId: destRegistryId } = await openPolicy(harbour)
  await updatePolicy(core, SYSTEM, policyId, { ...input, destRegistryId })
  await deleteRegistry(core, SYSTEM, registryId)
  await workReplicationsNow(core)
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ status: 'Stopped', tasks: { Stopped: 1 } })
  expect(await tasksOf(core, id)).toMatchObject([{ transfer: { reason: 'elsewhere', dueAt: null } }])
})
