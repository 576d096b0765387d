import type { RepositoryName } from '@berth/registry-client'
import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { lockExecution } from '../../executions/index.ts'
import { everything } from '../../list-query/index.ts'
import {
  type Harbour,
  heldBy,
  named,
  openHarbour,
  openPolicy,
  refuse,
  runPolicy,
  sumsAreExact,
  tasksOf,
} from '../harbour.fixture.ts'
import { updatePolicy } from '../service.ts'
import { claimTransfers } from '../work/claims.ts'
import { insertReplication, workReplicationsNow } from '../work/index.ts'
import {
  getReplication,
  listMissing,
  retryReplication,
  retryReplicationTask,
  startReplication,
  stopReplication,
} from './index.ts'

// What did not arrive, and how it goes again.

let harbour: Harbour
let core: Core
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
  core = harbour.core
})
afterAll(() => harbour.close())

const missingOf = async (id: number) => listMissing(core, SYSTEM, id, everything)

it('what failed is listed exactly, and goes again in the same execution, alone or with the rest', async () => {
  const { port, policyId, input } = await openPolicy(harbour, { filters: named('team/again-*') })
  for (const name of ['a', 'b', 'c']) await push(core, `team/again-${name}`, image(`again ${name}`), 'v1')
  refuse(port, ({ method, path }) => method !== 'GET' && method !== 'HEAD' && !path.includes('again-a'))
  const failed = await runPolicy(core, policyId)
  expect(failed).toMatchObject({ status: 'Error', tasks: { Success: 1, Error: 2 } })
  await sumsAreExact(core, failed.id)
  expect(failed.progress.failedBytes).toBe(failed.progress.totalBytes - failed.progress.doneBytes)
  const missing = await missingOf(failed.id)
  expect(missing.total).toBe(2)
  expect(missing.items).toMatchObject([
    { repository: 'team/again-b', tags: ['v1'], reason: expect.stringMatching(/403/) },
    { repository: 'team/again-c', tags: ['v1'], digest: expect.stringMatching(/^sha256:/) },
  ])
  expect(missing.items[0]!.sizeBytes).toBeGreaterThan(0)
  const [first] = missing.items
  const tasks = await tasksOf(core, failed.id)
  const arrived = tasks.find(({ status }) => status === 'Success')!
  const again = (taskId: number) => retryReplicationTask(core, SYSTEM, failed.id, taskId)
  await expect(again(arrived.id)).rejects.toMatchObject({ code: 'PRECONDITION' })
  const { policyId: otherId } = await openPolicy(harbour, { filters: named('team/none') })
  const other = await startReplication(core, SYSTEM, otherId)
  const [foreign] = await tasksOf(core, other)
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
  await sumsAreExact(core, failed.id)
  expect(await missingOf(failed.id)).toEqual({ items: [], total: 0 })
  for (const name of ['a', 'b', 'c'])
    expect(Object.keys(heldBy(port.registry, `team/again-${name}`).tags)).toEqual(['v1'])
  await expect(retryReplication(core, SYSTEM, failed.id)).rejects.toMatchObject({ code: 'PRECONDITION' })
})

it('what failed goes again in parts, each of it once, and what fails anew meanwhile is left', async () => {
  const { port, policyId } = await openPolicy(harbour, { filters: named('team/parts-*') })
  for (const name of ['a', 'b', 'c']) await push(core, `team/parts-${name}`, image(`parts ${name}`), 'v1')
  refuse(port, ({ method }) => method !== 'GET' && method !== 'HEAD')
  const failed = await runPolicy(core, policyId)
  expect(failed.tasks).toMatchObject({ Error: 3 })
  expect(await retryReplication(core, SYSTEM, failed.id, 2)).toBe(3)
  await workReplicationsNow(core)
  const again = await getReplication(core, SYSTEM, failed.id)
  expect(again).toMatchObject({ status: 'Error', tasks: { Error: 3 } })
  await sumsAreExact(core, failed.id)
  expect((await tasksOf(core, failed.id)).map(({ runCount }) => runCount)).toEqual([2, 2, 2])
  port.registry.state.faults.length = 0
  expect(await retryReplication(core, SYSTEM, failed.id, 3)).toBe(3)
  await workReplicationsNow(core)
  expect((await getReplication(core, SYSTEM, failed.id)).status).toBe('Success')
})

it('a repository that could not be compared is missing, and is compared again alone', async () => {
  const { port, policyId } = await openPolicy(harbour, { filters: named('team/compared-*') })
  for (const name of ['a', 'b']) await push(core, `team/compared-${name}`, image(`compared ${name}`), 'v1')
  refuse(port, ({ path }) => path.includes('compared-b/tags'))
  const failed = await runPolicy(core, policyId)
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
  const { port, policyId } = await openPolicy(harbour, { filters: named('team/stopped') })
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

/** A run of which all has failed, or all but `running`. */
async function failedRun(name: string, count: number, running = 0): Promise<number> {
  const { policyId, registryId } = await openPolicy(harbour, { filters: named(`team/${name}`) })
  const of = {
    kind: 'copy',
    direction: 'push',
    registryId,
    source: `team/${name}` as RepositoryName,
  } as const
  const transfers = Array.from({ length: count }, (_, n) => ({
    ...of,
    ...(n >= running && { failed: 'refused' }),
  }))
  const id = await core.db.transaction((tx) =>
    insertReplication(core, tx, { policyId, trigger: 'MANUAL', transfers }),
  )
  const now = new Date()
  const lease = { status: 'Running', leaseUntil: new Date(now.getTime() + 60_000), runCount: 1 }
  await core.db.prisma.task.updateMany({ where: { executionId: id, status: 'Pending' }, data: lease })
  if (running === 0)
    await core.db.prisma.execution.update({ where: { id }, data: { status: 'Error', endedAt: now } })
  return id
}

it('a stop between two parts of what goes again ends that as well', async () => {
  const id = await failedRun('stop-between', 150)
  const retrying = retryReplication(core, SYSTEM, id, 1)
  const runs = async () => expect((await getReplication(core, SYSTEM, id)).status).toBe('Running')
  await vi.waitFor(runs, { timeout: 10_000, interval: 1 })
  await stopReplication(core, SYSTEM, id)
  expect(await retrying).toBeLessThan(150)
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ status: 'Error', tasks: { Pending: 0 } })
})

it('a stop that is written while somebody tries again what failed stands', async () => {
  const id = await failedRun('stop-first', 2, 1)
  let retrying: Promise<unknown> | undefined
  await core.db.transaction(async (tx) => {
    await lockExecution(tx, id)
    retrying = retryReplication(core, SYSTEM, id).catch((error) => error)
    await vi.waitFor(async () => expect(await waitsForLock()).toBe(true), { timeout: 10_000, interval: 150 })
    await tx.execution.update({ where: { id }, data: { stopAskedAt: new Date() } })
  })
  expect(await retrying).toMatchObject({ code: 'PRECONDITION' })
  expect((await core.db.prisma.execution.findUnique({ where: { id } }))?.stopAskedAt).not.toBeNull()
})

/** Whether a statement in this database waits for a row that another one holds. */
async function waitsForLock(): Promise<boolean> {
  const waiting = {
    mysql: `SELECT t.trx_id FROM information_schema.innodb_trx t JOIN information_schema.processlist p
      ON p.id = t.trx_mysql_thread_id WHERE t.trx_state = 'LOCK WAIT' AND p.db = DATABASE()`,
    postgresql: `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  }[core.db.provider]
  return (await core.db.query(waiting)).length > 0
}
