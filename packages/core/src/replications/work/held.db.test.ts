import { addProject, image, openShop, type Pushable, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { everything } from '../../list-query/index.ts'
import {
  getReplication,
  getReplicationTaskLog,
  listReplicationTasks,
  startReplication,
  stopReplication,
} from '../executions/index.ts'
import { addPolicy, addRegistry, type Harbour, heldBy, openHarbour, pushTo } from '../harbour.fixture.ts'
import type { PolicyInput } from '../model.ts'
import { workReplications, workReplicationsNow } from './pump.ts'
import { openSlowLine, type SlowLine } from './slow-line.fixture.ts'

// How long a worker holds a transfer that comes to no end by itself.
const HOUR_MS = 3_600_000
const WAIT = { interval: 50 }

let harbour: Harbour
let core: Core
const lines: SlowLine[] = []
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(async () => {
  await Promise.all(lines.map((line) => line.close()))
  await harbour.close()
})

async function start(name: string, url: string, policy: (registryId: number) => PolicyInput) {
  const id = await addRegistry(core, { name, url, maxTransfers: 1 })
  return startReplication(core, SYSTEM, await addPolicy(core, { name, ...policy(id) }))
}

/** A run that pulls these, v1 and so on; of the first one a layer trickles, but the first time only. */
async function startTrickling(name: string, images: Pushable[]) {
  const port = await harbour.openPort()
  for (const [n, one] of images.entries()) await pushTo(port.client, `library/${name}`, one, `v${n + 1}`)
  const layer = images[0]!.blobs[1]!.digest
  let asked = 0
  const source = await openSlowLine(port.registry.url, (url) => url.endsWith(layer) && asked++ === 0)
  const target = await openSlowLine(harbour.shop.registry.url)
  lines.push(source, target)
  const filters = [{ type: 'name', value: `library/${name}` }]
  const id = await start(name, source.url, (srcRegistryId) => ({
    srcRegistryId,
    filters,
    destNamespace: 'team',
  }))
  const node = (now?: () => number) =>
    createCore({ ...core.settings, registryUrl: target.url, ...(now && { now }) })
  const isSending = () => target.underWay().some((one) => /^PUT .*\/blobs\/uploads\//.test(one))
  const isReading = () => source.underWay().some((one) => one.endsWith(layer))
  const trickled = async (worker: Core) => {
    await workReplications(worker)
    await vi.waitFor(() => expect([isReading(), isSending()]).toEqual([true, true]), WAIT)
  }
  const broken = () => vi.waitFor(() => expect([isReading(), isSending()]).toEqual([false, false]), WAIT)
  return { id, node, trickled, broken, tagsHere: () => heldBy(harbour.shop.registry, `team/${name}`).tags }
}

const large = (seed: number) => image(`${seed}`, { layers: [new Uint8Array(300_000).fill(seed)] })
const runOf = (id: number) => getReplication(core, SYSTEM, id)
async function taskOf(id: number, tag = 'v1') {
  const { items } = await listReplicationTasks(core, SYSTEM, id, {}, everything)
  const task = items.find(({ transfer }) => transfer?.tags?.includes(tag as never))!
  return { ...task, log: await getReplicationTaskLog(core, SYSTEM, id, task.id) }
}

it('what trickles for ever ends at its deadline, says so, and leaves its place to the next', async () => {
  const [slow, quick] = [large(1), large(2)]
  const { id, node, trickled, broken, tagsHere } = await startTrickling('deadline', [slow, quick])
  let aheadMs = 0
  const worker = node(() => Date.now() + aheadMs)
  await trickled(worker)
  expect((await runOf(id)).tasks).toMatchObject({ Running: 1, Pending: 1 })
  aheadMs = 11 * HOUR_MS
  // A beat that was not yet its last.
  const { updatedAt } = await core.db.prisma.task.findFirstOrThrow({ where: { status: 'Running' } })
  await vi.waitFor(async () => {
    const beaten = await core.db.prisma.task.findFirstOrThrow({ where: { status: 'Running' } })
    expect(beaten.updatedAt.getTime()).toBeGreaterThan(updatedAt.getTime())
  }, WAIT)
  expect(tagsHere()).toEqual({})
  aheadMs = 12 * HOUR_MS + 60_000
  await vi.waitFor(() => expect(tagsHere()).toEqual({ v2: quick.digest }), WAIT)
  await broken()
  expect(await taskOf(id)).toMatchObject({
    status: 'Scheduled',
    statusMessage: 'it did not end within twelve hours',
    log: expect.stringMatching(/attempt 1: it did not end within twelve hours; it is tried again at/),
  })
  aheadMs += HOUR_MS
  await workReplicationsNow(worker)
  await worker.close()
  expect(await runOf(id)).toMatchObject({ status: 'Success', tasks: { Success: 2 } })
  expect(tagsHere()).toEqual({ v1: slow.digest, v2: quick.digest })
})

it('a stop that another process was asked for closes both connections of a layer within seconds', async () => {
  const { id, node, trickled, broken, tagsHere } = await startTrickling('stopped', [large(3)])
  const worker = node()
  await trickled(worker)
  await stopReplication(core, SYSTEM, id)
  await broken()
  await vi.waitFor(async () => expect((await runOf(id)).status).toBe('Stopped'), WAIT)
  expect(await taskOf(id)).toMatchObject({ status: 'Stopped' })
  expect(tagsHere()).toEqual({})
  await worker.close()
})

it('whose heartbeat is not heard loses the transfer to another, breaks it off, and changes nothing more', async () => {
  const pushed = large(4)
  const { id, node, trickled, broken, tagsHere } = await startTrickling('lost', [pushed])
  const [first, second] = [node(), node(() => Date.now() + 16_000)]
  await trickled(first)
  await workReplicationsNow(second)
  const after = await taskOf(id)
  expect(after).toMatchObject({ status: 'Success', runCount: 2 })
  expect(after.log.match(/copied/g)).toHaveLength(1)
  await broken()
  await workReplicationsNow(first)
  expect(await taskOf(id)).toEqual(after)
  expect(tagsHere()).toEqual({ v1: pushed.digest })
  await Promise.all([first.close(), second.close()])
})

it('what comes late from a worker that has lost its lease changes nothing', async () => {
  const port = await harbour.openPort()
  const pushed = image('late')
  await push(core, 'team/late', pushed, 'v1')
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  port.registry.state.faults.push({
    when: ({ method, path }) => method === 'PUT' && path.includes('/manifests/'),
    action: { kind: 'hold', until: released },
  })
  const filters = [{ type: 'name', value: 'team/late' }]
  const id = await start('late', port.registry.url, (destRegistryId) => ({ destRegistryId, filters }))
  const [first, second] = [
    createCore(core.settings),
    createCore({ ...core.settings, now: () => Date.now() + 16_000 }),
  ]
  try {
    await workReplications(first)
    await vi.waitFor(() => expect(port.registry.state.faults).toEqual([]), WAIT)
    await workReplicationsNow(second)
    const [run, task] = [await runOf(id), await taskOf(id)]
    expect(run).toMatchObject({ status: 'Success', tasks: { Success: 1 } })
    release()
    await workReplicationsNow(first)
    expect([await runOf(id), await taskOf(id)]).toEqual([run, task])
  } finally {
    release()
    await Promise.all([first.close(), second.close()])
  }
})
