import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { getReplication } from '../executions/index.ts'
import {
  addPolicy,
  addRegistry,
  type Harbour,
  heldBy,
  hold,
  openHarbour,
  type Port,
} from '../harbour.fixture.ts'
import { PLACES } from './lanes.ts'
import type { NewTransfer } from './model.ts'
import { workReplications, workReplicationsNow } from './pump.ts'
import { insertReplication } from './store.ts'

const SILENT = PLACES + 6
const COPIES = 3
const one = image('silent')
const { promise: released, resolve: release } = Promise.withResolvers<void>()

let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
  await push(core, 'team/app', one, 'v1')
})
afterAll(() => {
  release()
  return harbour.close()
})

async function open({ registry }: Port) {
  const registryId = await addRegistry(core, { url: registry.url })
  return { registryId, policyId: await addPolicy(core, { destRegistryId: registryId }) }
}
/** A run that has been compared. */
const begin = ({ registryId, policyId }: Awaited<ReturnType<typeof open>>, copies: number, name: string) => {
  const transfers = Array.from({ length: copies }, (_, n) => {
    const to = {
      source: 'team/app',
      target: `team/${name}-${policyId}-${n}`,
      digest: one.digest,
      tags: ['v1'],
    }
    return { kind: 'copy', direction: 'push', registryId, ...to } as NewTransfer
  })
  return core.db.transaction((tx) => insertReplication(core, tx, { policyId, trigger: 'MANUAL', transfers }))
}
const stateOf = (id: number) => getReplication(core, SYSTEM, id)

it('more registries than a process has places fall silent at once, and one that answers is served meanwhile', async () => {
  const [silent, live] = [await harbour.openPort(), await harbour.openPort()]
  const dying = await Promise.all(Array.from({ length: SILENT }, () => open(silent)))
  const good = await open(live)
  const before = await Promise.all(dying.map((of) => begin(of, 1, 'before')))
  await workReplicationsNow(core)
  for (const id of before) expect(await stateOf(id)).toMatchObject({ status: 'Success' })

  hold(silent, () => true, released)
  const hanging = await Promise.all(dying.map((of) => begin(of, COPIES, 'hangs')))
  await workReplications(core)
  const run = await begin(good, COPIES, 'goes')
  await vi.waitFor(async () => {
    await workReplications(core)
    expect(await stateOf(run)).toMatchObject({ status: 'Success', tasks: { Success: COPIES } })
  }, 15_000)
  expect(heldBy(live.registry, `team/goes-${good.policyId}-0`).tags).toEqual({ v1: one.digest })

  // Not one of the others had been given up by then: each is held by its registry still, and nobody knows of it.
  for (const id of hanging)
    expect((await stateOf(id)).tasks).toMatchObject({ Running: expect.any(Number), Success: 0, Scheduled: 0 })
  const running = await core.db.prisma.task.count({ where: { status: 'Running' } })
  expect(running).toBeGreaterThanOrEqual(SILENT)
  const failed = await core.db.prisma.registry.count({ where: { failuresInRow: { gt: 0 } } })
  expect(failed).toBe(0)
})
