import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { getReplication, startReplication, stopReplication } from '../executions/index.ts'
import { type Harbour, named, openHarbour, openPolicy, pushTo, refuse, tasksOf } from '../harbour.fixture.ts'
import { workReplications } from './pump.ts'
import { isResting } from './resting.ts'

// A comparison that waits out in its middle what its registry asks for: when it does, and what ends it.
const WAIT = { timeout: 15_000, interval: 50 }
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
