import { digestOf, MEDIA_TYPES } from '@berth/registry-client'
import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { changeJobQueue } from '../../job-queues/index.ts'
import { everything } from '../../list-query/index.ts'
import { readRegistry } from '../../registries/index.ts'
import { runDueSchedules } from '../../schedules/index.ts'
import {
  getReplication,
  getReplicationTaskLog,
  listReplications,
  startReplication,
  startScheduledReplication,
  stopReplication,
} from '../executions/index.ts'
import {
  addPolicy,
  addRegistry,
  type Harbour,
  heldBy,
  hold,
  named,
  openHarbour,
  openPolicy,
  pushTo,
  refuse,
  runPolicy,
  tasksOf,
} from '../harbour.fixture.ts'
import { type PolicyInput, REPLICATION } from '../model.ts'
import { deletePolicy } from '../service.ts'
import { claimTransfers } from './claims.ts'
import { workReplications, workReplicationsNow } from './pump.ts'

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
const later = (ms: number) => createCore({ ...core.settings, now: () => Date.now() + ms })

const open = (policy: PolicyInput = {}) => openPolicy(harbour, policy)

it('pushes what is missing, then finds nothing to do, then what was moved', async () => {
  const { port, policyId } = await open({ filters: named('team/pushed-*') })
  const [one, two] = [image('one'), image('two')]
  await push(core, 'team/pushed-a', one, 'v1')
  await push(core, 'team/pushed-a', one, 'latest')
  await push(core, 'team/pushed-b', two, 'v2')
  await push(core, 'team/other', two, 'v2')
  const first = await runPolicy(core, policyId)
  expect(first).toMatchObject({
    status: 'Success',
    statusMessage: '2 artifacts to copy, 0 tags were in step',
  })
  expect(first.tasks).toMatchObject({ Success: 2, Error: 0, Running: 0 })
  expect(heldBy(port.registry, 'team/pushed-a').tags).toEqual({ latest: one.digest, v1: one.digest })
  expect(heldBy(port.registry, 'team/pushed-b').tags).toEqual({ v2: two.digest })
  expect(heldBy(port.registry, 'team/other').tags).toEqual({})
  const [task] = await tasksOf(core, first.id)
  expect(await getReplicationTaskLog(core, SYSTEM, first.id, task!.id)).toMatch(/copied: \d+ blobs sent/)

  const again = await runPolicy(core, policyId)
  expect(again).toMatchObject({ status: 'Success', statusMessage: '3 tags are in step' })
  expect(await tasksOf(core, again.id)).toEqual([])

  await push(core, 'team/pushed-a', two, 'latest')
  expect((await runPolicy(core, policyId)).tasks).toMatchObject({ Success: 1 })
  expect(heldBy(port.registry, 'team/pushed-a').tags).toEqual({ latest: two.digest, v1: one.digest })
  const listed = await listReplications(core, SYSTEM, { policyId, status: 'Succeed' }, everything)
  expect(listed.total).toBe(3)
})

it('pulls into a project that it makes, and a repository that can have no name here keeps nothing back', async () => {
  const port = await harbour.openPort()
  const one = image('pulled')
  await pushTo(port.client, 'library/app', one, 'v1')
  await pushTo(port.client, 'bare', one, 'v1')
  const { repositories } = port.registry.state
  repositories.set('No/Name' as never, repositories.get('bare' as never)!)
  const srcRegistryId = await addRegistry(core, { url: port.registry.url })
  const policyId = await addPolicy(core, { srcRegistryId, destNamespace: 'pulled', replaceCount: 1 })
  const done = await runPolicy(core, policyId)
  expect(done).toMatchObject({ status: 'Error', tasks: { Success: 1, Error: 1 } })
  expect(done.statusMessage).toBe(
    '1 artifacts to copy, 0 tags were in step, 1 repositories could not be compared; 1 repositories are left out, whose names are not valid: No/Name',
  )
  const failed = (await tasksOf(core, done.id)).find(({ status }) => status === 'Error')
  expect(failed).toMatchObject({ transfer: { kind: 'plan', source: 'bare' } })
  const tags = await harbour.here.tags('pulled/app' as never)
  expect(tags).toMatchObject([{ tag: 'v1', digest: one.digest }])
})

it('a manifest that claims more bytes than a number holds fails its task like any other', async () => {
  const port = await harbour.openPort()
  const { digest: layer } = image('claims')
  const claimed = { mediaType: MEDIA_TYPES.ociLayer, digest: layer, size: Number.MAX_SAFE_INTEGER }
  const of = (digest: string) => ({ ...claimed, digest })
  const layers = Array.from({ length: 1_100 }, (_, n) => of(image(`claims ${n}`).digest))
  const body = {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.ociManifest,
    config: of(image('its config').digest),
    layers,
  }
  const bytes = new TextEncoder().encode(JSON.stringify(body))
  const digest = digestOf(bytes)
  port.registry.state.repositories.set('library/claims' as never, {
    manifests: new Map([[digest, { mediaType: MEDIA_TYPES.ociManifest, bytes }]]),
    blobs: new Map(),
    tags: new Map([['v1', digest]]) as never,
  })
  const srcRegistryId = await addRegistry(core, { url: port.registry.url })
  const done = await runPolicy(
    core,
    await addPolicy(core, { srcRegistryId, destNamespace: 'claims', replaceCount: 1 }),
  )
  expect(done).toMatchObject({ status: 'Error', tasks: { Error: 1 } })
  const [task] = await tasksOf(core, done.id)
  expect(task!.statusMessage).not.toMatch(/Berth itself failed|vanished/)
})

it('what a killed worker held is taken up by another once its lease has run out', async () => {
  const { port, policyId } = await open({ filters: named('team/held') })
  const one = image('held')
  await push(core, 'team/held', one, 'v1')
  const id = await startReplication(core, SYSTEM, policyId)
  expect((await claimTransfers(core, new Map(), 24)).claimed).toHaveLength(1)
  expect((await claimTransfers(core, new Map(), 24)).claimed).toEqual([])
  const next = later(16_000)
  await workReplicationsNow(next)
  await next.close()
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ status: 'Success', tasks: { Success: 1 } })
  expect(heldBy(port.registry, 'team/held').tags).toEqual({ v1: one.digest })
})

it('a registry that asks for patience gets it from everybody, and then all of it', async () => {
  const { port, registryId, policyId } = await open({ filters: named('team/patient') })
  const one = image('patient')
  await push(core, 'team/patient', one, 'v1')
  refuse(port, () => true, 429, { 'retry-after': '60' })
  const waiting = await runPolicy(core, policyId)
  expect(waiting).toMatchObject({ status: 'Running', tasks: { Scheduled: 1 } })
  const until = (await readRegistry(core, registryId))!.pausedUntil!.getTime()
  expect(until - Date.now()).toBeGreaterThan(50_000)
  port.registry.state.faults.length = 0
  await workReplicationsNow(core)
  expect((await getReplication(core, SYSTEM, waiting.id)).status).toBe('Running')
  const next = later(90_000)
  await workReplicationsNow(next)
  await next.close()
  expect((await getReplication(core, SYSTEM, waiting.id)).status).toBe('Success')
  expect(await readRegistry(core, registryId)).toMatchObject({ failuresInRow: 0, pausedUntil: null })
})

it('what is refused ends at once and says why', async () => {
  const { port, policyId } = await open({ filters: named('team/refused') })
  await push(core, 'team/refused', image('refused'), 'v1')
  refuse(port, ({ method }) => method === 'PUT' || method === 'POST')
  const done = await runPolicy(core, policyId)
  expect(done).toMatchObject({ status: 'Error', tasks: { Error: 1 } })
  expect((await tasksOf(core, done.id))[0]).toMatchObject({
    runCount: 1,
    statusMessage: expect.stringMatching(/403/),
  })
})

it('a stop, and the deletion of the policy, break off what runs within seconds', async () => {
  for (const end of ['stop', 'delete'] as const) {
    const { port, policyId } = await open({ filters: named(`team/${end}`) })
    await push(core, `team/${end}`, image(end), 'v1')
    hold(port, ({ method }) => method !== 'GET' && method !== 'HEAD', released)
    const id = await startReplication(core, SYSTEM, policyId)
    await workReplications(core)
    await vi.waitFor(() =>
      expect(port.registry.state.requests.some(({ method }) => method === 'POST')).toBe(true),
    )
    if (end === 'stop') await stopReplication(core, SYSTEM, id)
    else await deletePolicy(core, SYSTEM, policyId)
    await workReplicationsNow(core)
    expect(heldBy(port.registry, `team/${end}`).tags).toEqual({})
    if (end === 'stop') expect((await getReplication(core, SYSTEM, id)).status).toBe('Stopped')
    else await expect(getReplication(core, SYSTEM, id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  }
})

it('a stop ends what waits and what waits to be tried again as well, and nothing of it begins later', async () => {
  const { port, policyId, registryId } = await open({ filters: named('team/halted-*') })
  await core.db.prisma.registry.update({ where: { id: registryId }, data: { maxTransfers: 2 } })
  const failing = 'team/halted-b'
  for (const name of ['team/halted-a', failing, 'team/halted-c', 'team/halted-d'])
    await push(core, name, image(name), 'v1')
  refuse(port, ({ method, path }) => method === 'POST' && path.includes(failing), 503, {
    'retry-after': '60',
  })
  hold(port, ({ method }) => method === 'POST', released)
  const id = await startReplication(core, SYSTEM, policyId)
  const counts = async () => (await getReplication(core, SYSTEM, id)).tasks
  await vi.waitFor(async () => {
    await workReplications(core)
    const attempts = (await tasksOf(core, id)).map(({ transfer }) => transfer?.attempts ?? 0)
    expect(Math.max(...attempts)).toBeGreaterThan(0)
    expect(
      port.registry.state.requests.some(({ method, url }) => method === 'POST' && !url.includes(failing)),
    ).toBe(true)
  })
  expect((await counts()).Pending ?? 0).toBeGreaterThan(0)

  await stopReplication(core, SYSTEM, id)
  await workReplicationsNow(core)
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({
    status: 'Stopped',
    tasks: { Stopped: 4, Running: 0, Error: 0 },
  })
  port.registry.state.faults.length = 0
  const asked = port.registry.state.requests.length
  const next = later(24 * 3_600_000)
  await workReplicationsNow(next)
  await next.close()
  expect(port.registry.state.requests.length).toBe(asked)
})

it('a single active one skips a start while another runs; a schedule starts it; a disabled one does not start', async () => {
  const { policyId } = await open({
    singleActive: true,
    filters: named('team/none'),
    trigger: { kind: 'scheduled', cron: '0 0 * * * *' },
  })
  const first = await startReplication(core, SYSTEM, policyId)
  const second = await startReplication(core, SYSTEM, policyId)
  expect(await getReplication(core, SYSTEM, second)).toMatchObject({
    status: 'Error',
    statusMessage: expect.stringMatching(/still under way/),
    statusReason: 'skipped',
  })
  await workReplicationsNow(core)
  expect((await getReplication(core, SYSTEM, first)).status).toBe('Success')
  const next = later(3_600_000)
  const { started } = await runDueSchedules(next, { [REPLICATION]: startScheduledReplication })
  await workReplicationsNow(next)
  await next.close()
  expect(started).toEqual([`${REPLICATION}/${policyId}`])
  const ran = await listReplications(core, SYSTEM, { policyId, trigger: 'scheduled' }, everything)
  expect(ran.items).toMatchObject([{ status: 'Success' }])
  const { policyId: disabled } = await open({ enabled: false })
  await expect(startReplication(core, SYSTEM, disabled)).rejects.toMatchObject({ code: 'PRECONDITION' })
})

it('a registry that is away keeps nothing from another', async () => {
  const gone = await open({ filters: named('team/lanes') })
  const alive = await open({ filters: named('team/lanes') })
  await push(core, 'team/lanes', image('lanes'), 'v1')
  hold(gone.port, () => true, released)
  const stuck = await startReplication(core, SYSTEM, gone.policyId)
  await workReplications(core)
  const id = await startReplication(core, SYSTEM, alive.policyId)
  await vi.waitFor(async () => {
    await workReplications(core)
    expect((await getReplication(core, SYSTEM, id)).status).toBe('Success')
  }, 10_000)
  await stopReplication(core, SYSTEM, stuck)
  await workReplicationsNow(core)
  expect((await getReplication(core, SYSTEM, stuck)).status).toBe('Stopped')
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
