import { createHash } from 'node:crypto'
import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { changeJobQueue } from '../../job-queues/index.ts'
import { everything } from '../../list-query/index.ts'
import { readRegistry } from '../../registries/index.ts'
import { type Harbour, heldBy, openHarbour, type Port, pushTo } from '../harbour.fixture.ts'
import { getReplicationMap } from '../map/index.ts'
import type { PolicyInput } from '../model.ts'
import { previewPolicy } from '../previews/index.ts'
import { createPolicy, updatePolicy } from '../service.ts'
import { claimTransfers } from '../work/claims.ts'
import { workReplications, workReplicationsNow } from '../work/index.ts'
import {
  getReplication,
  getReplicationTaskLog,
  listMissing,
  listReplicationTasks,
  readLastReplications,
  retryReplication,
  retryReplicationTask,
  startReplication,
  stopReplication,
} from './index.ts'

let harbour: Harbour
let core: Core
let count = 0
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
const { promise: released, resolve: release } = Promise.withResolvers<void>()
afterAll(() => {
  release()
  return harbour.close()
})

const named = (name: string) => [{ type: 'name', value: name }]

async function open(change: PolicyInput = {}) {
  const port = await harbour.openPort()
  const at = new Date()
  const data = { name: `registry-${++count}`, url: port.registry.url, type: 'docker-registry' }
  const row = await core.db.prisma.registry.create({ data: { ...data, createdAt: at, updatedAt: at } })
  const name = `policy-${++count}`
  const end = change.srcRegistryId === -1 ? { srcRegistryId: row.id } : { destRegistryId: row.id }
  const input: PolicyInput = { name, enabled: true, override: true, ...change, srcRegistryId: 0, ...end }
  return { port, registryId: row.id, name, input, policyId: await createPolicy(core, SYSTEM, input) }
}
const run = async (policyId: number) => {
  const id = await startReplication(core, SYSTEM, policyId)
  await workReplicationsNow(core)
  return getReplication(core, SYSTEM, id)
}
const tasksOf = async (id: number) => (await listReplicationTasks(core, SYSTEM, id, {}, everything)).items
const missingOf = async (id: number) => listMissing(core, SYSTEM, id, everything)
const refuse = (port: Port, when: Parameters<Port['registry']['state']['faults']['push']>[0]['when']) =>
  port.registry.state.faults.push({
    when,
    times: 1_000,
    action: { kind: 'answer', reply: { status: 403, headers: {}, body: '' } },
  })

/** The sums are what the transfers say, whatever happened. */
async function sumsAreExact(id: number): Promise<void> {
  const [sums] = await core.db.query<{ total: number; done: number }>(
    'SELECT SUM(size_bytes) AS total, SUM(done_bytes) AS done FROM replication_transfers WHERE execution_id = ?',
    [id],
  )
  const { progress } = await getReplication(core, SYSTEM, id)
  expect([progress.totalBytes, progress.doneBytes]).toEqual([Number(sums!.total), Number(sums!.done)])
}

it('tells bytes and what was in step, of the whole and of each artifact, whichever way they go', async () => {
  const { port, policyId } = await open({ filters: named('team/bytes-*') })
  const images = [image('bytes a'), image('bytes b')]
  for (const [n, one] of images.entries()) await push(core, `team/bytes-${n}`, one, 'v1')
  const id = await startReplication(core, SYSTEM, policyId)
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({
    planning: true,
    progress: { totalBytes: 0, doneBytes: 0, inStep: 0 },
  })
  await workReplicationsNow(core)
  const done = await getReplication(core, SYSTEM, id)
  const tasks = await tasksOf(id)
  expect(tasks.map(({ transfer }) => transfer)).toMatchObject(
    images.map(({ digest }) => ({ kind: 'copy', direction: 'push', digest, tags: ['v1'], attempts: 0 })),
  )
  for (const { transfer } of tasks) {
    expect(transfer!.sizeBytes).toBeGreaterThan(0)
    expect(transfer!.doneBytes).toBe(transfer!.sizeBytes)
  }
  expect(done).toMatchObject({ planning: false, progress: { bytesPerSecond: 0, inStep: 0, sized: 2 } })
  expect(done.progress.doneBytes).toBe(done.progress.totalBytes)
  await sumsAreExact(id)
  expect((await run(policyId)).progress).toMatchObject({ totalBytes: 0, inStep: 2 })
  // What comes here has no size before its manifest was read.
  await pushTo(port.client, 'team/pulled', images[0]!, 'v1')
  const back = await open({ srcRegistryId: -1, destNamespace: 'team', replaceCount: 1 })
  await pushTo(back.port.client, 'other/pulled', images[0]!, 'v1')
  const pulled = await run(back.policyId)
  expect(pulled.status).toBe('Success')
  expect(pulled.progress.doneBytes).toBe(images[0]!.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0))
  await sumsAreExact(pulled.id)
})

it('what failed is listed exactly, and goes again in the same execution, alone or with the rest', async () => {
  const { port, policyId, input } = await open({ filters: named('team/again-*') })
  for (const name of ['a', 'b', 'c']) await push(core, `team/again-${name}`, image(`again ${name}`), 'v1')
  refuse(port, ({ method, path }) => method !== 'GET' && method !== 'HEAD' && !path.includes('again-a'))
  const failed = await run(policyId)
  expect(failed).toMatchObject({ status: 'Error', tasks: { Success: 1, Error: 2 } })
  await sumsAreExact(failed.id)
  expect(failed.progress.failedBytes).toBe(failed.progress.totalBytes - failed.progress.doneBytes)
  const missing = await missingOf(failed.id)
  expect(missing.total).toBe(2)
  expect(missing.items).toMatchObject([
    { repository: 'team/again-b', tags: ['v1'], reason: expect.stringMatching(/403/) },
    { repository: 'team/again-c', tags: ['v1'], digest: expect.stringMatching(/^sha256:/) },
  ])
  expect(missing.items[0]!.sizeBytes).toBeGreaterThan(0)
  const [first] = missing.items
  const tasks = await tasksOf(failed.id)
  const arrived = tasks.find(({ status }) => status === 'Success')!
  const again = (taskId: number) => retryReplicationTask(core, SYSTEM, failed.id, taskId)
  await expect(again(arrived.id)).rejects.toMatchObject({ code: 'PRECONDITION' })
  const { policyId: otherId } = await open({ filters: named('team/none') })
  const other = await startReplication(core, SYSTEM, otherId)
  const [foreign] = await tasksOf(other)
  await expect(again(foreign!.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(retryReplicationTask(core, SYSTEM, 999_999, first!.taskId)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  await updatePolicy(core, SYSTEM, policyId, { ...input, enabled: false })
  await expect(again(first!.taskId)).rejects.toMatchObject({ code: 'PRECONDITION' })
  await updatePolicy(core, SYSTEM, policyId, input)

  port.registry.state.faults.length = 0
  expect(await again(first!.taskId)).toBe(1)
  expect(await getReplication(core, SYSTEM, failed.id)).toMatchObject({ status: 'Running', endedAt: null })
  await workReplicationsNow(core)
  expect(await getReplication(core, SYSTEM, failed.id)).toMatchObject({
    status: 'Error',
    tasks: { Success: 2, Error: 1 },
  })
  // Two at once: one of them finds nothing left.
  const both = await Promise.allSettled([1, 2].map(() => retryReplication(core, SYSTEM, failed.id)))
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  await workReplicationsNow(core)
  const done = await getReplication(core, SYSTEM, failed.id)
  expect(done).toMatchObject({ status: 'Success', progress: { failedBytes: 0 } })
  expect(done.progress.doneBytes).toBe(done.progress.totalBytes)
  await sumsAreExact(failed.id)
  expect(await missingOf(failed.id)).toEqual({ items: [], total: 0 })
  for (const name of ['a', 'b', 'c'])
    expect(Object.keys(heldBy(port.registry, `team/again-${name}`).tags)).toEqual(['v1'])
  await expect(retryReplication(core, SYSTEM, failed.id)).rejects.toMatchObject({ code: 'PRECONDITION' })
})

it('what failed goes again in parts, each of it once, and what fails anew meanwhile is left', async () => {
  const { port, policyId } = await open({ filters: named('team/parts-*') })
  for (const name of ['a', 'b', 'c']) await push(core, `team/parts-${name}`, image(`parts ${name}`), 'v1')
  refuse(port, ({ method }) => method !== 'GET' && method !== 'HEAD')
  const failed = await run(policyId)
  expect(failed.tasks).toMatchObject({ Error: 3 })
  expect(await retryReplication(core, SYSTEM, failed.id, 2)).toBe(3)
  await workReplicationsNow(core)
  const again = await getReplication(core, SYSTEM, failed.id)
  expect(again).toMatchObject({ status: 'Error', tasks: { Error: 3 } })
  await sumsAreExact(failed.id)
  expect((await tasksOf(failed.id)).map(({ runCount }) => runCount)).toEqual([2, 2, 2])
  port.registry.state.faults.length = 0
  expect(await retryReplication(core, SYSTEM, failed.id, 3)).toBe(3)
  await workReplicationsNow(core)
  expect((await getReplication(core, SYSTEM, failed.id)).status).toBe('Success')
})

it('a repository that could not be compared is missing, and is compared again alone', async () => {
  const { port, policyId } = await open({ filters: named('team/compared-*') })
  for (const name of ['a', 'b']) await push(core, `team/compared-${name}`, image(`compared ${name}`), 'v1')
  refuse(port, ({ path }) => path.includes('compared-b/tags'))
  const failed = await run(policyId)
  expect(failed).toMatchObject({ status: 'Error', tasks: { Success: 1, Error: 1 } })
  const { items } = await missingOf(failed.id)
  expect(items).toMatchObject([{ repository: 'team/compared-b', digest: '', tags: [] }])
  port.registry.state.faults.length = 0
  port.registry.state.requests.length = 0
  await retryReplicationTask(core, SYSTEM, failed.id, items[0]!.taskId)
  await workReplicationsNow(core)
  expect(await getReplication(core, SYSTEM, failed.id)).toMatchObject({
    status: 'Success',
    tasks: { Success: 2, Error: 0 },
  })
  expect(port.registry.state.requests.filter(({ url }) => url.includes('compared-a'))).toEqual([])
  expect(Object.keys(heldBy(port.registry, 'team/compared-b').tags)).toEqual(['v1'])
})

it('what was stopped can go again, once it has ended', async () => {
  const { port, policyId } = await open({ filters: named('team/stopped') })
  await push(core, 'team/stopped', image('stopped'), 'v1')
  const id = await startReplication(core, SYSTEM, policyId)
  const [claimed] = (await claimTransfers(core, new Map(), 24)).claimed
  await stopReplication(core, SYSTEM, id)
  await expect(retryReplication(core, SYSTEM, id)).rejects.toMatchObject({ code: 'PRECONDITION' })
  const next = createCore({ ...core.settings, now: () => Date.now() + 16_000 })
  await workReplicationsNow(next)
  expect(claimed).toBeDefined()
  expect((await getReplication(core, SYSTEM, id)).status).toBe('Stopped')
  await retryReplication(next, SYSTEM, id)
  await workReplicationsNow(next)
  await next.close()
  expect((await getReplication(core, SYSTEM, id)).status).toBe('Success')
  expect(Object.keys(heldBy(port.registry, 'team/stopped').tags)).toEqual(['v1'])
})

it('while its queue is paused nothing begins; what was taken out of the queue is done by nobody', async () => {
  const { port, policyId } = await open({ filters: named('team/paused') })
  await push(core, 'team/paused', image('paused'), 'v1')
  await changeJobQueue(core, SYSTEM, 'REPLICATION', 'pause')
  const id = await startReplication(core, SYSTEM, policyId)
  await workReplicationsNow(core)
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ tasks: { Pending: 1 } })
  expect(port.registry.state.requests).toEqual([])
  await changeJobQueue(core, SYSTEM, 'REPLICATION', 'stop')
  await changeJobQueue(core, SYSTEM, 'REPLICATION', 'resume')
  await workReplicationsNow(core)
  expect((await getReplication(core, SYSTEM, id)).status).toBe('Stopped')
  expect(await core.db.prisma.replicationTransfer.count({ where: { policyId, dueAt: { not: null } } })).toBe(
    0,
  )
  expect(port.registry.state.requests).toEqual([])
})

it('a failure of the registry here is not held against the one there', async () => {
  const { port, registryId, policyId } = await open({ filters: named('team/ours') })
  await push(core, 'team/ours', image('ours'), 'v1')
  const id = await startReplication(core, SYSTEM, policyId)
  const { faults } = harbour.shop.registry.state
  faults.push({
    when: ({ path }) => path.includes('team/ours/'),
    times: 1_000,
    action: { kind: 'answer', reply: { status: 429, headers: { 'retry-after': '60' }, body: '' } },
  })
  await workReplicationsNow(core)
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ tasks: { Scheduled: 1 } })
  expect(await readRegistry(core, registryId)).toMatchObject({ failuresInRow: 0, pausedUntil: null })
  const [task] = await tasksOf(id)
  expect(task).toMatchObject({ transfer: { attempts: 1, dueAt: expect.any(Date) } })
  expect(await getReplicationTaskLog(core, SYSTEM, id, task!.id)).toMatch(/attempt 1: .*tried again at 20/)
  faults.length = 0
  const next = createCore({ ...core.settings, now: () => Date.now() + 90_000 })
  await workReplicationsNow(next)
  await next.close()
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ status: 'Success' })
  expect(Object.keys(heldBy(port.registry, 'team/ours').tags)).toEqual(['v1'])
})

it('what turns out to be big on its way waits for a place of big ones, and counts as one', async () => {
  const { port, registryId, policyId } = await open({
    ...{ srcRegistryId: -1, destNamespace: 'team/big', replaceCount: 1 },
  })
  await core.db.prisma.registry.update({ where: { id: registryId }, data: { maxTransfers: 2 } })
  for (const name of ['other/a', 'other/b']) {
    const one = image(name)
    await pushTo(port.client, name, one, 'v1')
    const manifest = JSON.parse(Buffer.from(one.bytes).toString())
    manifest.layers[0] = { ...manifest.layers[0], digest: `sha256:${'b'.repeat(64)}`, size: 100 * 1024 ** 2 }
    const bytes = Buffer.from(JSON.stringify(manifest))
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as typeof one.digest
    const held = port.registry.state.repositories.get(name as never)!
    held.manifests.set(digest, { mediaType: one.mediaType, bytes })
    held.tags.set('v1' as never, digest)
  }
  port.registry.state.faults.push({
    when: ({ path }) => path.includes('/blobs/'),
    times: 1_000,
    action: { kind: 'hold', until: released },
  })
  const id = await startReplication(core, SYSTEM, policyId)
  const states = async () => {
    await workReplications(core)
    const rows = await core.db.prisma.replicationTransfer.findMany({
      where: { executionId: id, kind: 'copy' },
      include: { task: { select: { status: true, log: true } } },
      orderBy: { taskId: 'asc' },
    })
    return rows.map(({ isBig, task }) => [isBig, task.status, /it is big/.test(task.log)]).sort()
  }
  const expected = [
    [true, 'Pending', true],
    [true, 'Running', false],
  ]
  await vi.waitFor(async () => expect(await states()).toEqual(expected), 10_000)
  await stopReplication(core, SYSTEM, id)
  await workReplicationsNow(core)
  expect((await getReplication(core, SYSTEM, id)).status).toBe('Stopped')
})

it('a preview says what a run then does, and writes nothing', async () => {
  const { port, input, policyId } = await open({ filters: named('team/preview-*') })
  const [one, two, three] = [image('preview 1'), image('preview 2'), image('preview 3')]
  await push(core, 'team/preview-a', one, 'v1')
  await push(core, 'team/preview-a', one, 'latest')
  await push(core, 'team/preview-b', two, 'v2')
  await pushTo(port.client, 'team/preview-a', three, 'latest')
  await pushTo(port.client, 'team/preview-b', two, 'v2')
  const rows = await core.db.prisma.execution.count()
  port.registry.state.requests.length = 0
  const preview = await previewPolicy(core, SYSTEM, { ...input, name: undefined })
  const item = { source: 'team/preview-a', destination: 'team/preview-a', digest: one.digest }
  expect(preview).toMatchObject({
    items: [
      { ...item, action: 'copy', tags: ['v1'], direction: 'push' },
      { ...item, action: 'replace', tags: ['latest'] },
    ],
    ...{ total: 2, inStep: 1, repositories: 2, complete: true, bytesKnown: true, problems: [] },
  })
  expect(preview.bytes).toBeGreaterThan(0)
  expect(await core.db.prisma.execution.count()).toBe(rows)
  expect(port.registry.state.requests.filter(({ method }) => !/GET|HEAD/.test(method))).toEqual([])
  const kept = await previewPolicy(core, SYSTEM, { ...input, override: false })
  expect(kept.items.map(({ action }) => action)).toEqual(['copy', 'skip'])
  expect((await run(policyId)).tasks.Success).toBe(1)
  expect(await previewPolicy(core, SYSTEM, input)).toMatchObject({ items: [], inStep: 3, bytes: 0 })
  // From a registry whose lists tell no sizes.
  const back = await open({ srcRegistryId: -1, destNamespace: 'team/back', replaceCount: 1 })
  await pushTo(back.port.client, 'other/app', two, 'v2')
  expect(await previewPolicy(core, SYSTEM, back.input)).toMatchObject({
    items: [{ action: 'copy', direction: 'pull', destination: 'team/back/app' }],
    bytes: two.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0),
    bytesKnown: true,
  })
})

it('a registry that never answers ends a preview in its time, or with its caller; two are enough at once', async () => {
  const { port, input } = await open({ filters: named('team/preview-*') })
  const ask = (options: Parameters<typeof previewPolicy>[3]) => previewPolicy(core, SYSTEM, input, options)
  port.registry.state.faults.push({
    when: () => true,
    times: 1_000,
    action: { kind: 'hold', until: released },
  })
  const caller = new AbortController()
  const leaving = ask({ signal: caller.signal })
  const slow = ask({ budgetMs: 1_500 })
  await vi.waitFor(() => expect(port.registry.state.requests.length).toBeGreaterThan(1), 10_000)
  await expect(ask({})).rejects.toMatchObject({ code: 'TOO_MANY_REQUEST' })
  caller.abort()
  await expect(leaving).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  expect(await slow).toMatchObject({ items: [], complete: false, bytesKnown: false })
})

it('a registry that refuses the whole comparison is a problem of the preview, not a lack of time', async () => {
  const { port, input } = await open({ srcRegistryId: -1, destNamespace: 'team/back' })
  refuse(port, () => true)
  expect(await previewPolicy(core, SYSTEM, input)).toMatchObject({
    ...{ items: [], repositories: 0, complete: true, bytesKnown: false },
    problems: [{ repository: undefined, reason: 'denied', sentence: expect.stringMatching(/403/) }],
  })
})

it('the map has a line for each policy with how it went last', async () => {
  const { policyId, registryId, name, input } = await open({ filters: named('team/map') })
  await push(core, 'team/map', image('map'), 'v1')
  const before = await getReplicationMap(core, SYSTEM)
  expect(before.lines.find(({ policy }) => policy.id === policyId)).toMatchObject({
    from: 0,
    to: registryId,
    last: undefined,
  })
  await run(policyId)
  const last = await run(policyId)
  const { registries, lines } = await getReplicationMap(core, SYSTEM)
  expect(registries.map(({ id }) => id)).toContain(registryId)
  expect(lines.find(({ policy }) => policy.id === policyId)).toMatchObject({
    policy: { name },
    last: { id: last.id, status: 'Success' },
  })
  // One that is skipped did nothing.
  await updatePolicy(core, SYSTEM, policyId, { ...input, singleActive: true })
  const running = await startReplication(core, SYSTEM, policyId)
  await startReplication(core, SYSTEM, policyId)
  const line = (await getReplicationMap(core, SYSTEM)).lines.find(({ policy }) => policy.id === policyId)
  expect(line?.last).toMatchObject({ id: running, status: 'Running' })
  const other = await open({ filters: named('team/map') })
  const lastOf = (...ids: number[]) => readLastReplications(core, SYSTEM, ids)
  expect([...(await lastOf(policyId, other.policyId))].map(([id, one]) => [id, one.id])).toEqual([
    [policyId, running],
  ])
  expect((await lastOf(policyId)).get(policyId)).toMatchObject({ planning: true, status: 'Running' })
  expect([...(await lastOf())]).toEqual([])
  await workReplications(core)
})
