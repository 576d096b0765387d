import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { everything } from '../../list-query/index.ts'
import {
  getReplication,
  getReplicationTaskLog,
  listReplicationTasks,
  startReplication,
} from '../executions/index.ts'
import {
  addPolicy,
  addRegistry,
  type Harbour,
  heldBy,
  named,
  openHarbour,
  type Port,
  pushTo,
} from '../harbour.fixture.ts'
import { workReplications, workReplicationsNow } from './pump.ts'

// What is newest at the source wins at the target, whoever of several workers is last.

let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(() => harbour.close())

async function another<T>(work: (core: Core) => Promise<T>, laterMs = 0): Promise<T> {
  const node = createCore({ ...core.settings, now: () => Date.now() + laterMs })
  try {
    return await work(node)
  } finally {
    await node.close()
  }
}
/** A policy that sends what is called so to a registry of its own row. */
const sending = async (to: Port, name: string): Promise<number> =>
  addPolicy(core, {
    destRegistryId: await addRegistry(core, { url: to.registry.url }),
    filters: named(name),
  })
const start = (policyId: number) => startReplication(core, SYSTEM, policyId)
const isPut = ({ method, path }: { method: string; path: string }) =>
  method === 'PUT' && path.endsWith('/manifests/v1')

it('a tag that is put late has what the source has by then, also when another policy had put that before', async () => {
  const port = await harbour.openPort()
  const repository = 'team/overtaken'
  const [older, newer] = [image('older'), image('newer')]
  // The same target under two names.
  const [slow, quick] = [await sending(port, repository), await sending(port, repository)]
  await push(core, repository, older, 'v1')
  const { promise: free, resolve: letGo } = Promise.withResolvers<void>()
  port.registry.state.faults.push({ when: isPut, times: 1, action: { kind: 'hold', until: free } })
  const first = await start(slow)
  await workReplications(core)
  const puts = () => port.registry.state.requests.filter(({ method, url }) => isPut({ method, path: url }))
  await vi.waitFor(() => expect(puts()).toHaveLength(1))
  await push(core, repository, newer, 'v1')
  await start(quick)
  await another(async (node) => {
    await workReplications(node)
    await vi.waitFor(
      () => expect(heldBy(port.registry, repository).tags).toEqual({ v1: newer.digest }),
      10_000,
    )
  })
  letGo()
  await workReplicationsNow(core)
  expect(heldBy(port.registry, repository).tags).toEqual({ v1: newer.digest })
  expect(puts()).toHaveLength(3)
  expect((await getReplication(core, SYSTEM, first)).status).toBe('Success')
})

it('what was put by a worker that is gone is looked at again by the one that takes over', async () => {
  const port = await harbour.openPort()
  const repository = 'team/left-behind'
  const [older, newer] = [image('left older'), image('left newer')]
  const policyId = await sending(port, repository)
  await push(core, repository, older, 'v1')
  const id = await start(policyId)
  // The plan is done, and the copy taken up by somebody who puts it, and ends before another look at the source.
  const { promise: held, resolve: go } = Promise.withResolvers<void>()
  port.registry.state.faults.push({
    when: ({ method }) => method !== 'GET',
    times: 1_000,
    action: { kind: 'hold', until: held },
  })
  const dying = createCore({ ...core.settings })
  await workReplications(dying)
  await vi.waitFor(async () => {
    await workReplications(dying)
    expect(port.registry.state.requests.some(({ method }) => method !== 'GET')).toBe(true)
  }, 10_000)
  port.registry.state.faults.length = 0
  await pushTo(port.client, repository, older, 'v1')
  await push(core, repository, newer, 'v1')
  // Nothing is heard of it any more: its rows stay as they are.
  await core.db.prisma.task.updateMany({ where: { executionId: id }, data: { runCount: { increment: 1 } } })
  go()
  await dying.close()
  await another(workReplicationsNow, 30_000)
  expect(heldBy(port.registry, repository).tags).toEqual({ v1: newer.digest })
  const { items } = await listReplicationTasks(core, SYSTEM, id, {}, everything)
  expect(items).toMatchObject([{ status: 'Success', runCount: 3 }])
  expect(await getReplicationTaskLog(core, SYSTEM, id, items[0]!.id)).toMatch(
    /nothing was heard of its worker for 15 seconds: another one goes on \(1 of 5 times\)/,
  )
})
