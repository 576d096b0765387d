import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { createCore } from '../../context/index.ts'
import { getReplication, getReplicationTaskLog, startReplication } from '../executions/index.ts'
import {
  type Harbour,
  heldBy,
  named,
  openHarbour,
  openPolicy,
  refuse,
  runPolicy,
  tasksOf,
} from '../harbour.fixture.ts'
import { workReplicationsNow } from './pump.ts'

// The registry behind this Berth, while it replicates.

let harbour: Harbour
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
})
afterAll(() => harbour.close())

const MINUTE_MS = 60_000
/** Each looks at a registry that is in trouble for many times; on a slow machine that takes as many times longer. */
const LIMIT_MS = 120_000

async function later(ms: number): Promise<void> {
  const node = createCore({ ...harbour.core.settings, now: () => Date.now() + ms })
  try {
    await workReplicationsNow(node)
  } finally {
    await node.close()
  }
}

it(
  'a run outlasts half an hour in which the registry behind this Berth is away',
  async () => {
    const { core, shop } = harbour
    const { port, policyId } = await openPolicy(harbour, { filters: named('team/outlast') })
    const pushed = image('outlast')
    await push(core, 'team/outlast', pushed, 'v1')
    const id = await startReplication(core, SYSTEM, policyId)
    // The plan knows what to do from the index; then the registry is away.
    refuse(shop, () => true, 503)
    for (let minutes = 0; minutes <= 30; minutes += 6) await later(minutes * MINUTE_MS)
    const [task] = await tasksOf(core, id)
    expect(task).toMatchObject({ status: 'Scheduled', transfer: { attempts: 0 } })
    expect(await getReplicationTaskLog(core, SYSTEM, id, task!.id)).toMatch(
      /registry behind this Berth is in trouble/,
    )
    shop.registry.state.faults.length = 0
    await later(40 * MINUTE_MS)
    expect(await getReplication(core, SYSTEM, id)).toMatchObject({ status: 'Success' })
    expect(await getReplication(core, SYSTEM, id)).toMatchObject({ status: 'Success' })
    expect(heldBy(port.registry, 'team/outlast').tags).toEqual({ v1: pushed.digest })
  },
  LIMIT_MS,
)

it(
  'what the registry behind this Berth cannot read by itself, while it is there, fails as ever',
  async () => {
    const { core, shop } = harbour
    const { policyId } = await openPolicy(harbour, { filters: named('team/unreadable') })
    await push(core, 'team/unreadable', image('unreadable'), 'v1')
    refuse(shop, ({ path }) => path.includes('/unreadable/'), 500)
    const run = await runPolicy(core, policyId)
    for (let minutes = 6; minutes <= 24; minutes += 6) await later(minutes * MINUTE_MS)
    expect(await getReplication(core, SYSTEM, run.id)).toMatchObject({ status: 'Error' })
    shop.registry.state.faults.length = 0
  },
  LIMIT_MS,
)
