import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { dispatchEvents } from '../../events/index.ts'
import { everything } from '../../list-query/index.ts'
import { pingRegistry, type RegistryType, readRegistry } from '../../registries/index.ts'
import {
  getReplication,
  getReplicationTaskLog,
  listMissing,
  listReplications,
  purgeReplications,
  retryReplication,
  startReplication,
  stopReplication,
} from '../executions/index.ts'
import {
  type Harbour,
  heldBy,
  hold,
  named,
  openHarbour,
  openPolicy,
  type Port,
  refuse,
  tasksOf,
} from '../harbour.fixture.ts'
import { type PolicyInput, REPLICATION } from '../model.ts'
import { updatePolicy } from '../service.ts'
import { replicationSubscriber } from '../subscribers.ts'
import { claimTransfers } from './claims.ts'
import { noteFailure as note, noteSuccess } from './patience/store.ts'
import { workReplications, workReplicationsNow } from './pump.ts'

// What outlasts a registry that is away, and who hears of it.

let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
const { promise: released, resolve: release } = Promise.withResolvers<void>()
afterAll(() => {
  release()
  return harbour.close()
})

/** Another node, so many milliseconds later. */
async function later<T>(ms: number, work: (core: Core) => Promise<T>): Promise<T> {
  const node = createCore({ ...core.settings, now: () => Date.now() + ms })
  try {
    return await work(node)
  } finally {
    await node.close()
  }
}

const open = (policy: PolicyInput = {}, type?: RegistryType) => openPolicy(harbour, policy, { type })
const following = (name: string, type?: RegistryType) =>
  open({ trigger: { kind: 'event_based' }, filters: named(name) }, type)
const dispatch = () => dispatchEvents(core, [replicationSubscriber])
const runsOf = async (policyId: number) =>
  (await listReplications(core, SYSTEM, { policyId }, everything)).items
const refuseIn = (
  port: Pick<Port, 'registry'>,
  part: string,
  status: number,
  headers: Record<string, string> = {},
) => refuse(port, ({ path }) => path.includes(part), status, headers)

it('a pause that a registry asked for is ended by nobody who knows less of it', async () => {
  const { registryId } = await open()
  const paused = async () => (await readRegistry(core, registryId))!
  const noteFailure = (node: Core, id: number, pauseMsAfter: () => number) =>
    note(node, id, { askedMs: 0, pauseMsAfter })
  expect(await noteFailure(core, registryId, () => 60_000)).toMatchObject({
    failuresInRow: 1,
    isPaused: true,
  })
  const { pausedUntil } = await paused()
  expect(await noteFailure(core, registryId, () => 0)).toMatchObject({ failuresInRow: 1, isPaused: true })
  await noteFailure(core, registryId, () => 5_000)
  await noteSuccess(core, registryId, { wentThrough: true })
  expect(await paused()).toMatchObject({ failuresInRow: 0, pausedUntil })
  await noteFailure(core, registryId, () => 90_000)
  expect((await paused()).pausedUntil!.getTime()).toBeGreaterThan(pausedUntil!.getTime())
  await later(120_000, (node) => noteSuccess(node, registryId, { wentThrough: true }))
  expect(await paused()).toMatchObject({ failuresInRow: 0, pausedUntil: null })
})

it('what follows events is tried for a day while its registry is away, and then ends', async () => {
  const { port, policyId } = await following('team/outlasts')
  const one = image('outlasts')
  await push(core, 'team/outlasts', one, 'v1')
  await dispatch()
  refuseIn(port, '', 429, { 'retry-after': '600' })
  for (let attempt = 0; attempt < 7; attempt++) await later(attempt * 11 * 60_000, workReplicationsNow)
  expect(port.registry.state.requests.length).toBeGreaterThanOrEqual(7)
  expect(await runsOf(policyId)).toMatchObject([{ status: 'Running', tasks: { Scheduled: 1 } }])
  port.registry.state.faults.length = 0
  await later(12 * 60 * 60_000, workReplicationsNow)
  expect(await runsOf(policyId)).toMatchObject([{ status: 'Success' }])
  expect(heldBy(port.registry, 'team/outlasts').tags).toEqual({ v1: one.digest })

  refuseIn(port, '', 429, { 'retry-after': '600' })
  await push(core, 'team/outlasts', image('outlasts too'), 'v1')
  await dispatch()
  for (let attempt = 0; attempt < 5; attempt++) await later((25 + attempt) * 60 * 60_000, workReplicationsNow)
  expect((await runsOf(policyId))[0]).toMatchObject({ status: 'Error' })
})

it('a policy that follows events fails until what failed has arrived, whatever else arrives meanwhile', async () => {
  const { port, policyId } = await following('team/news-*')
  const isFailing = async () => {
    const row = await core.db.prisma.replicationPolicy.findUniqueOrThrow({ where: { id: policyId } })
    return row.failingSince !== null
  }
  refuseIn(port, 'news-a/', 403)
  for (const name of ['a', 'b']) {
    await push(core, `team/news-${name}`, image(`news ${name}`), 'v1')
    await dispatch()
    await workReplicationsNow(core)
    expect(await isFailing()).toBe(true)
  }
  const [good, bad] = await runsOf(policyId)
  expect([good!.status, bad!.status]).toEqual(['Success', 'Error'])
  port.registry.state.faults.length = 0
  await retryReplication(core, SYSTEM, bad!.id)
  await workReplicationsNow(core)
  expect(await isFailing()).toBe(false)
})

it('two hundred runs that went well push none out that failed', async () => {
  const { policyId } = await open()
  const at = new Date()
  const run = { vendorType: REPLICATION, vendorId: policyId, trigger: 'EVENT', extraAttrs: {} }
  const ended = { ...run, startedAt: at, endedAt: at }
  const { id } = await core.db.prisma.execution.create({ data: { ...ended, status: 'Error' } })
  await core.db.prisma.execution.createMany({
    data: Array.from({ length: 205 }, () => ({ ...ended, status: 'Success' })),
  })
  expect(await purgeReplications(core)).toBe(5)
  expect((await getReplication(core, SYSTEM, Number(id))).status).toBe('Error')
})

it('a stop waits for no project that is being made at a registry which says nothing', async () => {
  const { port, policyId } = await following('team/silent', 'berth')
  await push(core, 'team/silent', image('silent'), 'v1')
  await dispatch()
  hold(port, () => true, released)
  await workReplications(core)
  await vi.waitFor(() => expect(port.registry.state.requests).not.toEqual([]))
  const [run] = await runsOf(policyId)
  await stopReplication(core, SYSTEM, run!.id)
  await vi.waitFor(
    async () => expect((await getReplication(core, SYSTEM, run!.id)).status).toBe('Stopped'),
    10_000,
  )
})

it('work of a policy that goes elsewhere by now is left, and is not tried again', async () => {
  const { port, policyId } = await following('team/moved')
  const other = await open()
  refuseIn(port, 'moved/', 403)
  await push(core, 'team/moved', image('moved'), 'v1')
  await dispatch()
  await workReplicationsNow(core)
  await push(core, 'team/moved', image('moved too'), 'v1')
  await dispatch()
  const { input } = other
  await updatePolicy(core, SYSTEM, policyId, { ...input, name: 'moved', filters: [] })
  const before = port.registry.state.requests.length
  await workReplicationsNow(core)
  const [waiting, failed] = await runsOf(policyId)
  expect([waiting!.status, failed!.status]).toEqual(['Stopped', 'Error'])
  const said = { code: 'PRECONDITION', message: 'the policy goes elsewhere by now' }
  await expect(retryReplication(core, SYSTEM, failed!.id)).rejects.toMatchObject(said)
  expect(port.registry.state.requests.length).toBe(before)
})

it('a registry that is left alone says until when, and no longer once somebody has seen it answer', async () => {
  const { port, registryId, policyId } = await following('team/pings')
  await push(core, 'team/pings', image('pings'), 'v1')
  await dispatch()
  const pausedUntil = async () =>
    (await getReplication(core, SYSTEM, (await runsOf(policyId))[0]!.id)).pausedUntil
  expect(await pausedUntil()).toBeUndefined()
  await note(core, registryId, { askedMs: 0, pauseMsAfter: () => 600_000 })
  expect(await pausedUntil()).toEqual((await readRegistry(core, registryId))!.pausedUntil)
  await pingRegistry(core, SYSTEM, { id: registryId })
  expect(await pausedUntil()).toBeUndefined()
  // What it asks for itself, but for an hour at most, is given all the same.
  refuseIn(port, 'pings/', 429, { 'retry-after': '80000' })
  await workReplicationsNow(core)
  await pingRegistry(core, SYSTEM, { id: registryId })
  const leftMs = (await pausedUntil())!.getTime() - Date.now()
  expect(leftMs).toBeGreaterThan(3_000_000)
  expect(leftMs).toBeLessThanOrEqual(3_600_000)
})

it('what ends five workers ends none more', async () => {
  const { policyId } = await following('team/deadly')
  await push(core, 'team/deadly', image('deadly'), 'v1')
  await dispatch()
  for (let worker = 0; worker < 5; worker++)
    await later(worker * 16_000, async (node) => {
      expect((await claimTransfers(node, new Map(), 24)).claimed).toHaveLength(1)
    })
  expect(await runsOf(policyId)).toMatchObject([{ status: 'Running' }])
  await later(5 * 16_000, workReplicationsNow)
  const [run] = await runsOf(policyId)
  expect(run).toMatchObject({ status: 'Error', tasks: { Error: 1 } })
  const { items } = await listMissing(core, SYSTEM, run!.id, everything)
  expect(items).toMatchObject([{ reason: expect.stringMatching(/^5 workers have vanished with it/) }])
})

it('a failure of the registry here is not held against the one there', async () => {
  const { port, registryId, policyId } = await open({ filters: named('team/ours') })
  await push(core, 'team/ours', image('ours'), 'v1')
  const id = await startReplication(core, SYSTEM, policyId)
  refuseIn(harbour.shop, 'team/ours/', 429, { 'retry-after': '60' })
  await workReplicationsNow(core)
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ tasks: { Scheduled: 1 } })
  expect(await readRegistry(core, registryId)).toMatchObject({ failuresInRow: 0, pausedUntil: null })
  const [task] = await tasksOf(core, id)
  expect(task).toMatchObject({ transfer: { attempts: 1, dueAt: expect.any(Date) } })
  expect(await getReplicationTaskLog(core, SYSTEM, id, task!.id)).toMatch(/attempt 1: .*tried again at 20/)
  harbour.shop.registry.state.faults.length = 0
  await later(90_000, workReplicationsNow)
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ status: 'Success' })
  expect(Object.keys(heldBy(port.registry, 'team/ours').tags)).toEqual(['v1'])
})
