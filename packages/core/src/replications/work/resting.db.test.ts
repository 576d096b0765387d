import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { getReplication, startReplication, stopReplication } from '../executions/index.ts'
import {
  addPolicy,
  addRegistry,
  type Harbour,
  hold,
  named,
  openHarbour,
  openPolicy,
  pushTo,
  refuse,
  tasksOf,
} from '../harbour.fixture.ts'
import { readPolicy } from '../store.ts'
import { inTurnOfAll } from './due/store.ts'
import { PLACES } from './lanes.ts'
import { workReplications } from './pump.ts'
import { isResting } from './resting.ts'

// A comparison that waits out in its middle what its registry asks for: when it does, and what ends it.
const WAIT = { interval: 50 }
const LONG = { 'retry-after': '600' }

let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(() => harbour.close())

/** Begins a run and waits until its comparison rests. */
async function untilResting(policyId: number): Promise<{ id: number; taskId: number }> {
  const id = await startReplication(core, SYSTEM, policyId)
  await workReplications(core)
  const taskId = await vi.waitFor(async () => {
    const [task] = await tasksOf(core, id)
    expect(isResting(core, task!.id)).toBe(true)
    return task!.id
  }, WAIT)
  return { id, taskId }
}

async function untilStopped(id: number): Promise<void> {
  await stopReplication(core, SYSTEM, id)
  await vi.waitFor(async () => {
    await workReplications(core)
    expect(await getReplication(core, SYSTEM, id)).toMatchObject({ status: 'Stopped' })
  }, WAIT)
}

it('pages of a list are an answer: what asks for patience at a later one is waited for there', async () => {
  const answers = { maxPageSize: 1 }
  const policy = { filters: named('team/late-*') }
  const { port, policyId } = await openPolicy(harbour, policy, { isSource: true, answers })
  for (const name of ['others/first', 'team/late-a']) await pushTo(port.client, name, image(name), 'v1')
  refuse(port, ({ path, query }) => path.endsWith('/_catalog') && query.has('last'), 429, LONG)
  const { id } = await untilResting(policyId)
  await untilStopped(id)
})

it('what the first way of a mirror has heard is not lost when the second one is to wait', async () => {
  const policy = { filters: named('team/ways-*'), mirror: true }
  const { port, registryId, policyId } = await openPolicy(harbour, policy, { type: 'berth' })
  await core.db.prisma.registry.update({ where: { id: registryId }, data: { type: 'docker-registry' } })
  await push(core, 'team/ways-a', image('ways'), 'v1')
  refuse(port, ({ path }) => path.endsWith('/_catalog'), 429, LONG)
  const { id } = await untilResting(policyId)
  await untilStopped(id)
})

for (const [change, data] of [
  ['its pause is lifted', { pausedUntil: null, askedUntil: null }],
  ['it is reached in another way, though others wait again', { insecure: true }],
] as const)
  it(`a rest ends with the next look once ${change}, and the registry is asked as it is by now`, async () => {
    const repository = `team/anew-${Object.keys(data)[0]!.toLowerCase()}`
    const filters = named(`${repository}-{a,b}`)
    const { port, registryId, policyId } = await openPolicy(harbour, { filters }, { isSource: true })
    for (const name of ['a', 'b']) await pushTo(port.client, `${repository}-${name}`, image(name), 'v1')
    refuse(port, ({ method, path }) => method === 'HEAD' && path.includes('-b/'), 429, LONG)
    const { id, taskId } = await untilResting(policyId)
    const { registry } = core.db.prisma
    await vi.waitFor(
      async () => expect(await registry.count({ where: { id: registryId, askedUntil: null } })).toBe(0),
      WAIT,
    )
    port.registry.state.faults.length = 0
    await registry.update({ where: { id: registryId }, data })
    await vi.waitFor(() => expect(isResting(core, taskId)).toBe(false), WAIT)
    await registry.update({ where: { id: registryId }, data: { pausedUntil: null, askedUntil: null } })
    await vi.waitFor(async () => {
      await workReplications(core)
      expect(await getReplication(core, SYSTEM, id)).toMatchObject({
        ...{ status: 'Success', tasks: { Success: 2 } },
      })
    }, WAIT)
  })

it('as many rests as there are places keep none from being handed on', async () => {
  const { port, policyId } = await openPolicy(harbour, { filters: named('team/hands-*') })
  const names = Array.from({ length: 3 }, (_, n) => `team/hands-${n}`)
  for (const name of names) await push(core, name, image(name), 'v1')
  const { destRegistryId } = (await readPolicy(core, policyId))!
  await core.db.prisma.registry.update({ where: { id: destRegistryId! }, data: { maxTransfers: 1 } })
  const runs: number[] = []
  const resting = await openPolicy(harbour, { filters: named('team/rests') }, { isSource: true })
  await pushTo(resting.port.client, 'team/rests', image('rests'), 'v1')
  refuse(resting.port, ({ method }) => method === 'HEAD', 429, LONG)
  for (let n = 0; n < PLACES; n++) {
    const srcRegistryId = await addRegistry(core, { url: resting.port.registry.url })
    const filters = named('team/rests')
    runs.push(await startReplication(core, SYSTEM, await addPolicy(core, { srcRegistryId, filters })))
  }
  await vi.waitFor(async () => {
    await workReplications(core)
    for (const run of runs) expect(isResting(core, (await tasksOf(core, run))[0]!.id)).toBe(true)
  }, WAIT)
  const released = Promise.withResolvers<void>()
  hold(port, ({ method, path }) => method === 'PUT' && path.includes('/manifests/'), released.promise)
  const id = await startReplication(core, SYSTEM, policyId)
  const states = async () => (await getReplication(core, SYSTEM, id)).tasks
  await vi.waitFor(async () => {
    await workReplications(core)
    expect(await states()).toMatchObject({ Running: 1, Pending: 2 })
  }, WAIT)
  // While nobody can look at all that waits.
  await inTurnOfAll(core, async () => {
    released.resolve()
    await vi.waitFor(async () => expect(await states()).toMatchObject({ Success: 3 }), WAIT)
  })
  for (const run of runs) await stopReplication(core, SYSTEM, run)
  await vi.waitFor(async () => {
    await workReplications(core)
    for (const run of runs) expect((await getReplication(core, SYSTEM, run)).status).toBe('Stopped')
  }, WAIT)
})
