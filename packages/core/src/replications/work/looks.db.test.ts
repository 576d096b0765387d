import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { createCore } from '../../context/index.ts'
import { getReplication, startReplication } from '../executions/index.ts'
import { type Harbour, heldBy, named, openHarbour, openPolicy } from '../harbour.fixture.ts'
import { type Looks, workReplications, workReplicationsNow } from './pump.ts'

const HOUR_MS = 3_600_000
const WAIT = { interval: 20 }

let harbour: Harbour
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
})
afterAll(() => harbour.close())

/** A worker that is called once, and a run that begins after that. */
async function startAfterwards(name: string, looks: Looks, earlier = 0) {
  const { core } = harbour
  await push(core, `team/${name}`, image(name), 'v1')
  const { policyId, port } = await openPolicy(harbour, { filters: named(`team/${name}`) })
  const worker = createCore(core.settings)
  try {
    for (let n = 0; n < earlier; n++) await startReplication(core, SYSTEM, policyId)
    const { started } = await workReplications(worker, { looks })
    // What ends looks once more by itself.
    await workReplicationsNow(worker)
    const id = await startReplication(core, SYSTEM, policyId)
    await vi.waitFor(
      async () => expect(await getReplication(core, SYSTEM, id)).toMatchObject({ status: 'Success' }),
      WAIT,
    )
    return { started, tags: Object.keys(heldBy(port.registry, `team/${name}`).tags) }
  } finally {
    await worker.close()
  }
}

it('a run that begins while nothing is to do is found without anybody calling', async () => {
  const looks = { busyMs: 5, quietMs: 10 }
  expect(await startAfterwards('quiet', looks)).toEqual({ started: 0, tags: ['v1'] })
})

it('after one has begun the next one is looked for more often', async () => {
  const looks = { busyMs: 5, quietMs: HOUR_MS }
  expect(await startAfterwards('busy', looks, 1)).toEqual({ started: 1, tags: ['v1'] })
})
