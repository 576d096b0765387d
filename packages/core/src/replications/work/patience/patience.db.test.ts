import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { SYSTEM } from '../../../authorization/index.ts'
import { type Core, createCore } from '../../../context/index.ts'
import { dispatchEvents } from '../../../events/index.ts'
import { everything } from '../../../list-query/index.ts'
import { pingRegistry, readRegistry } from '../../../registries/index.ts'
import {
  getReplication,
  getReplicationTaskLog,
  listMissing,
  listReplications,
  listReplicationTasks,
  retryReplicationTask,
  stopReplication,
} from '../../executions/index.ts'
import { readFailedBytes } from '../../executions/store.ts'
import {
  type Harbour,
  heldBy,
  named,
  openHarbour,
  openPolicy,
  refuse,
  runPolicy,
} from '../../harbour.fixture.ts'
import type { PolicyInput } from '../../model.ts'
import { deletePolicy } from '../../service.ts'
import { replicationSubscriber } from '../../subscribers.ts'
import type { NewTransfer } from '../model.ts'
import { workReplicationsNow } from '../pump.ts'
import { insertReplication } from '../store.ts'
import { giveUpWaiting } from './give-up.ts'
import { noteSuccess } from './store.ts'

// How long a run waits for a registry where nothing goes through, and how it ends.

const MINUTE_MS = 60_000
const SIZE_BYTES = 1_000
const one = image('patience')

let harbour: Harbour
/** A node whose clock the tests turn. */
let core: Core
let offsetMs = 0
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  await push(harbour.core, 'team/app', one, 'v1')
  core = createCore({ ...harbour.core.settings, now: () => Date.now() + offsetMs })
})
afterAll(async () => {
  await core.close()
  await harbour.close()
})
beforeEach(() => {
  offsetMs = 0
})

const open = (policy: PolicyInput = {}) => openPolicy(harbour, policy)
type Opened = Awaited<ReturnType<typeof open>>

/** A run that has been compared: what is to be copied waits, each artifact for a repository of its own. */
const begin = (
  { policyId, registryId }: Opened,
  copies: number,
  { firstAfterMs = 0, restAfterMs = 0 } = {},
): Promise<number> => {
  const transfers = Array.from({ length: copies }, (_, n) => {
    const to = { source: 'team/app', target: `team/app-${n}`, digest: one.digest, tags: ['v1'] }
    const dueAt = new Date(core.now() + (n === 0 ? firstAfterMs : restAfterMs))
    return { kind: 'copy', direction: 'push', registryId, sizeBytes: SIZE_BYTES, dueAt, ...to } as NewTransfer
  })
  return core.db.transaction((tx) => insertReplication(core, tx, { policyId, trigger: 'MANUAL', transfers }))
}
/** Asked for patience no request is tried again by itself. */
const fail = ({ port }: Opened, status = 429, part = '') =>
  refuse(port, ({ path }) => path.includes(part), status, { 'retry-after': '60' })
const heal = ({ port }: Opened) => void port.registry.state.faults.splice(0)
/** What is due is tried every eleven minutes, when every pause is over, until so long after now. */
async function tryUntil(minutes: number): Promise<void> {
  const end = offsetMs + minutes * MINUTE_MS
  for (; offsetMs <= end; offsetMs += 11 * MINUTE_MS) await workReplicationsNow(core)
}
const stateOf = (id: number) => getReplication(core, SYSTEM, id)
const failingSince = async (id: number) => (await readRegistry(core, id))!.failingSince
const raisedOf = async (policyId: number) =>
  (await core.db.prisma.event.findMany({ where: { type: 'replication.failed' } })).filter(
    ({ subject }) => subject === `replication-policy ${policyId}`,
  )

for (const [kind, status] of [
  ['is away', 503],
  ['asks for patience for good', 429],
] as const)
  it(`three hundred artifacts for a registry that ${kind} end together once nothing has gone through for an hour`, async () => {
    const opened = await open()
    const id = await begin(opened, 301, { restAfterMs: MINUTE_MS })
    await workReplicationsNow(core)
    offsetMs = MINUTE_MS
    fail(opened, status)
    const failingFrom = core.now()
    await tryUntil(50)
    const waiting = await stateOf(id)
    expect(waiting).toMatchObject({ status: 'Running', tasks: { Success: 1, Error: 0 } })
    expect((await failingSince(opened.registryId))!.getTime()).toBeGreaterThanOrEqual(failingFrom)

    offsetMs = 62 * MINUTE_MS
    const asked = opened.port.registry.state.requests.length
    await workReplicationsNow(core)
    const ended = await stateOf(id)
    expect(ended).toMatchObject({
      status: 'Error',
      tasks: { Success: 1, Error: 300, Scheduled: 0, Pending: 0 },
    })
    expect(ended.endedAt).not.toBeNull()
    // One attempt was enough.
    expect(opened.port.registry.state.requests.length - asked).toBeLessThanOrEqual(2)
    expect(ended.progress).toMatchObject({ totalBytes: expect.any(Number), failedBytes: 300 * SIZE_BYTES })
    expect(ended.progress.totalBytes - ended.progress.doneBytes).toBe(300 * SIZE_BYTES)

    const missing = await listMissing(core, SYSTEM, id, everything)
    expect(missing.total).toBe(300)
    for (const { reason, reasonCode } of missing.items) {
      expect(reasonCode).toBe('given_up')
      expect(reason).toMatch(
        /^given up: nothing has gone through at registry-\d+ since \d{4}-.*Z; the last attempt: \S/,
      )
    }
    const untouched = missing.items.at(-1)!
    expect(await getReplicationTaskLog(core, SYSTEM, id, untouched.taskId)).toMatch(/Z given up: nothing/)
    expect(await raisedOf(opened.policyId)).toMatchObject([{ payload: { executionId: id, tasks: 300 } }])
    offsetMs += 24 * 60 * MINUTE_MS
    await workReplicationsNow(core)
    expect(opened.port.registry.state.requests.length - asked).toBeLessThanOrEqual(2)
  })

it('what follows an event waits on for its day, and ends nobody younger', async () => {
  const opened = await open({
    trigger: { kind: 'event_based' },
    filters: named('team/told'),
  })
  fail(opened)
  await push(harbour.core, 'team/told', image('told'), 'v1')
  await dispatchEvents(core, [replicationSubscriber])
  const old = await begin(opened, 3)
  await tryUntil(44)
  const young = await begin(opened, 3)
  await tryUntil(22)
  expect((await stateOf(old)).status).toBe('Error')
  expect((await stateOf(young)).status).toBe('Running')
  const { items } = await listReplications(
    core,
    SYSTEM,
    { policyId: opened.policyId, trigger: 'event_based' },
    everything,
  )
  expect(items).toMatchObject([{ status: 'Running', tasks: { Scheduled: 1 } }])
  await tryUntil(44)
  expect((await stateOf(young)).status).toBe('Error')
  heal(opened)
  await workReplicationsNow(core)
  expect(heldBy(opened.port.registry, 'team/told').tags).toHaveProperty('v1')
})

it('what goes through, a test that goes well and a retry each give an hour anew', async () => {
  const opened = await open()
  const { registryId } = opened
  fail(opened, 429, '/app-1/')
  fail(opened, 429, '/app-2/')
  const id = await begin(opened, 3, { restAfterMs: MINUTE_MS })
  offsetMs = MINUTE_MS
  await tryUntil(44)
  expect(await failingSince(registryId)).not.toBeNull()
  // Something else goes through: it is the first in turn.
  const other = await begin(opened, 1, { firstAfterMs: -60 * MINUTE_MS })
  await workReplicationsNow(core)
  expect((await stateOf(other)).status).toBe('Success')
  await tryUntil(22)
  const since = await failingSince(registryId)
  expect(since!.getTime()).toBeGreaterThan(Date.now() + 44 * MINUTE_MS)
  expect((await stateOf(id)).status).toBe('Running')

  await pingRegistry(core, SYSTEM, { id: registryId })
  expect(await failingSince(registryId)).toBeNull()
  const tested = offsetMs
  await tryUntil(44)
  expect((await stateOf(id)).tasks.Error).toBeLessThanOrEqual(2)
  offsetMs = tested + 75 * MINUTE_MS
  await workReplicationsNow(core)
  expect((await stateOf(id)).status).toBe('Error')

  const [task] = (await listMissing(core, SYSTEM, id, everything)).items
  const retried = offsetMs
  await retryReplicationTask(core, SYSTEM, id, task!.taskId)
  await workReplicationsNow(core)
  expect((await stateOf(id)).status).toBe('Running')
  await tryUntil(33)
  expect((await stateOf(id)).status).toBe('Running')
  offsetMs = retried + 75 * MINUTE_MS
  await workReplicationsNow(core)
  expect((await stateOf(id)).status).toBe('Error')
})

it('only what the registry has answered ends its hour: a comparison that asks it nothing does not', async () => {
  const filters = named('nobody/has-*')
  const asked = await openPolicy(harbour, { filters }, { isSource: true })
  const unasked = await open({ filters })
  for (const { registryId, policyId } of [asked, unasked]) {
    const data = { failingSince: new Date(core.now()) }
    await core.db.prisma.registry.update({ where: { id: registryId }, data })
    expect(await runPolicy(core, policyId)).toMatchObject({ status: 'Success' })
  }
  expect(await failingSince(asked.registryId)).toBeNull()
  expect(await failingSince(unasked.registryId)).not.toBeNull()
  expect(unasked.port.registry.state.requests).toEqual([])
})

/** A run of which everything waits for a registry where nothing has gone through for two hours, and who ends it. */
async function overdue(copies: number) {
  const opened = await open()
  const id = await begin(opened, copies)
  const failingSince = new Date(core.now())
  await core.db.prisma.registry.update({ where: { id: opened.registryId }, data: { failingSince } })
  offsetMs += 120 * MINUTE_MS
  const registry = (await readRegistry(core, opened.registryId))!
  const giveUp = (node = core) => giveUpWaiting(node, { registry, failingSince, sentence: 'it is away' }, 10)
  return { ...opened, id, giveUp }
}
/** The sums are those of the tasks, and what waits can be taken up. */
async function expectWhole(id: number): Promise<void> {
  const { progress, tasks } = await stateOf(id)
  const failedBytes = await core.db.transaction((tx) => readFailedBytes(tx, id))
  expect(progress).toMatchObject({ failedBytes })
  const rows = await core.db.prisma.replicationTransfer.findMany({
    where: { executionId: id },
    select: { dueAt: true, reason: true, task: { select: { status: true } } },
  })
  for (const { dueAt, reason, task } of rows) {
    expect(dueAt === null).toBe(['Error', 'Stopped', 'Success'].includes(task.status))
    expect(reason === 'given_up').toBe(task.status === 'Error')
  }
  expect(tasks.Error).toBe(rows.filter(({ task }) => task.status === 'Error').length)
}

it('two who give up at once end each task once, in parts, and tell of it once', async () => {
  const { id, policyId, giveUp } = await overdue(35)
  const other = createCore({ ...core.settings })
  try {
    await Promise.all([giveUp(), giveUp(other)])
  } finally {
    await other.close()
  }
  expect(await stateOf(id)).toMatchObject({ status: 'Error', tasks: { Error: 35 } })
  expect((await stateOf(id)).progress.failedBytes).toBe(35 * SIZE_BYTES)
  expect(await raisedOf(policyId)).toMatchObject([{ payload: { tasks: 35 } }])
  await expectWhole(id)
})

it('a success, a stop, a retry or the end of the policy at the same moment leaves nothing between', async () => {
  const saved = await overdue(35)
  await noteSuccess(core, saved.registryId, { wentThrough: true })
  await saved.giveUp()
  expect(await stateOf(saved.id)).toMatchObject({ status: 'Running', tasks: { Scheduled: 35 } })

  const stopped = await overdue(35)
  await Promise.all([stopped.giveUp(), stopReplication(core, SYSTEM, stopped.id)])
  const state = await stateOf(stopped.id)
  expect(state.endedAt).not.toBeNull()
  expect(state.tasks.Error + state.tasks.Stopped).toBe(35)
  await expectWhole(stopped.id)

  const retried = await overdue(35)
  await retried.giveUp()
  const { items } = await listReplicationTasks(core, SYSTEM, retried.id, {}, everything)
  await Promise.all([retried.giveUp(), retryReplicationTask(core, SYSTEM, retried.id, items[0]!.id)])
  await retried.giveUp()
  expect(await stateOf(retried.id)).toMatchObject({ status: 'Running', tasks: { Pending: 1, Error: 34 } })
  await expectWhole(retried.id)

  const gone = await overdue(35)
  await Promise.all([gone.giveUp(), deletePolicy(core, SYSTEM, gone.policyId)])
  await expect(stateOf(gone.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
