import { addProject, image, openShop, push, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { createCore } from '../../context/index.ts'
import { lockExecution, stopWaiting } from '../../executions/index.ts'
import { changeJobQueue } from '../../job-queues/index.ts'
import { getReplication, retryReplication, startReplication, stopReplication } from '../executions/index.ts'
import { type Harbour, heldBy, hold, named, openHarbour, openPolicy, tasksOf } from '../harbour.fixture.ts'
import { REPLICATION } from '../model.ts'
import { workReplications, workReplicationsNow } from './pump.ts'
import { endStopped, endTransfers, stopTransfers } from './stops.ts'
import { insertReplication } from './store.ts'

let harbour: Harbour
const { promise: released, resolve: release } = Promise.withResolvers<void>()
beforeAll(async () => {
  harbour = await openHarbour({ addProject, openShop, testDatabase }, 'team')
})
afterAll(() => {
  release()
  return harbour.close()
})

const HOUR_MS = 3_600_000

const hasStopped = (id: number) =>
  vi.waitFor(
    async () => expect((await getReplication(harbour.core, SYSTEM, id)).status).toBe('Stopped'),
    10_000,
  )

it('what a vanished worker had when its run was stopped ends, also where its registry is left alone or the queue is paused', async () => {
  const { core } = harbour
  const ends = []
  for (const how of ['left alone', 'paused']) {
    const { policyId, registryId } = await openPolicy(harbour, {
      filters: named(`team/${how}`.replace(' ', '-')),
    })
    const id = await startReplication(core, SYSTEM, policyId)
    // A worker has it, and is killed.
    const now = new Date()
    await core.db.prisma.task.updateMany({
      where: { executionId: id },
      data: { status: 'Running', leaseUntil: new Date(now.getTime() + 15_000), runCount: 1, worker: 'gone' },
    })
    if (how === 'left alone')
      await core.db.prisma.registry.update({
        where: { id: registryId },
        data: { pausedUntil: new Date(now.getTime() + HOUR_MS) },
      })
    else await changeJobQueue(core, SYSTEM, 'REPLICATION', 'pause')
    await stopReplication(core, SYSTEM, id)
    // Its worker might still live.
    expect((await getReplication(core, SYSTEM, id)).status).toBe('Running')
    ends.push(id)
  }
  const next = createCore({ ...core.settings, now: () => Date.now() + 60_000 })
  await workReplications(next)
  for (const id of ends) await hasStopped(id)
  for (const id of ends)
    expect(await getReplication(core, SYSTEM, id)).toMatchObject({
      status: 'Stopped',
      tasks: { Stopped: 1, Running: 0 },
    })
  await changeJobQueue(core, SYSTEM, 'REPLICATION', 'resume')
  expect(await core.db.prisma.replicationTransfer.count({ where: { dueAt: { not: null } } })).toBe(0)
  await next.close()
})

it('what is put back to be tried again while a stop is asked for ends with the next look, not after its delay', async () => {
  const { core } = harbour
  const { port, policyId } = await openPolicy(harbour, { filters: named('team/put-back') })
  await push(core, 'team/put-back', image('put back'), 'v1')
  hold(port, ({ method }) => method === 'POST', released)
  const id = await startReplication(core, SYSTEM, policyId)
  await vi.waitFor(async () => {
    await workReplications(core)
    expect(port.registry.state.requests.some(({ method }) => method === 'POST')).toBe(true)
  }, 20_000)
  // The moment between a worker's question whether somebody asked for the end, and its outcome.
  await core.db.prisma.execution.updateMany({ where: { id }, data: { stopAskedAt: new Date() } })
  const dueAt = new Date(Date.now() + HOUR_MS)
  const tasks = { executionId: id, status: 'Running' }
  await core.db.prisma.task.updateMany({ where: tasks, data: { status: 'Scheduled', leaseUntil: null } })
  await core.db.prisma.replicationTransfer.updateMany({ where: { executionId: id }, data: { dueAt } })
  await workReplications(core)
  await hasStopped(id)
  release()
  await workReplicationsNow(core)
  expect((await getReplication(core, SYSTEM, id)).status).toBe('Stopped')
})

it('a run that somebody else holds when it is to stop keeps no other from beginning', async () => {
  const { core } = harbour
  const { policyId, registryId } = await openPolicy(harbour, { filters: named('team/held') })
  const other = await openPolicy(harbour, { filters: named('team/free') })
  await push(core, 'team/free', image('free'), 'v1')
  const id = await core.db.transaction((tx) =>
    insertReplication(core, tx, {
      ...{ policyId, trigger: 'MANUAL' },
      transfers: [{ kind: 'plan', direction: 'push', registryId, dueAt: new Date(Date.now() + HOUR_MS) }],
    }),
  )
  await core.db.prisma.execution.update({ where: { id }, data: { stopAskedAt: new Date() } })
  await core.db.transaction(async (tx) => {
    await lockExecution(tx, id)
    // This look and those after it do not wait for the stop.
    await workReplications(core)
    await startReplication(core, SYSTEM, other.policyId)
    await workReplications(core)
    await vi.waitFor(() => expect(heldBy(other.port.registry, 'team/free').tags).toHaveProperty('v1'))
  })
  await hasStopped(id)
  await workReplicationsNow(core)
})

it('of more tasks than one transaction ends a stop ends all, and is told of once', async () => {
  const { core } = harbour
  const { policyId, registryId } = await openPolicy(harbour, { filters: named('team/many') })
  const transfers = Array.from(
    { length: 5 },
    () => ({ kind: 'copy', direction: 'push', registryId }) as const,
  )
  const id = await core.db.transaction((tx) =>
    insertReplication(core, tx, { policyId, trigger: 'MANUAL', transfers }),
  )
  let told = 0
  const tell = async () => void told++
  expect(await stopTransfers(core, id, tell, { perTransaction: 2 })).toBe(true)
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ status: 'Stopped', tasks: { Stopped: 5 } })
  expect((await tasksOf(core, id)).map(({ transfer }) => transfer?.dueAt)).toEqual(Array(5).fill(null))
  expect(told).toBe(1)
  expect(await stopTransfers(core, id, tell, { perTransaction: 2 })).toBe(false)
})

it('a queue that is emptied in parts ends the runs of many policies, and says of each policy that failed that it did, once', async () => {
  const { core } = harbour
  const runs = []
  for (const fails of [false, true, true]) {
    const { policyId, registryId } = await openPolicy(harbour, { filters: named('team/emptied') })
    const waiting = { kind: 'copy', direction: 'push', registryId } as const
    for (const transfers of [
      [waiting, { ...waiting, ...(fails && { failed: 'refused' }) }, waiting],
      [waiting],
    ]) {
      const replication = { policyId, trigger: 'EVENT', transfers } as const
      const id = await core.db.transaction((tx) => insertReplication(core, tx, replication))
      runs.push({ id, policyId, fails: fails && transfers.length > 1 })
    }
  }
  const parts: number[] = []
  const then = async (_: unknown, stopped: number) => void parts.push(stopped)
  const how = { perTransaction: 4, endWith: endTransfers }
  expect(await stopWaiting(core, REPLICATION, then, how)).toBe(10)
  expect(parts).toEqual([4, 4, 2])
  for (const { id, fails } of runs) {
    expect((await getReplication(core, SYSTEM, id)).status).toBe(fails ? 'Error' : 'Stopped')
    const dueAts = (await tasksOf(core, id)).map(({ transfer }) => transfer?.dueAt)
    expect(new Set(dueAts)).toEqual(new Set([null]))
  }
  const news = await core.db.prisma.event.findMany({
    where: { type: 'replication.failed' },
    orderBy: { id: 'asc' },
  })
  const failed = runs.filter(({ fails }) => fails)
  expect(news.map(({ payload }) => payload)).toEqual(
    failed.map(({ id, policyId }) => expect.objectContaining({ policyId, executionId: id, tasks: 1 })),
  )
  expect(await stopWaiting(core, REPLICATION, then, how)).toBe(0)
})

it('a run that is tried again after the look for what is to stop runs on', async () => {
  const { core } = harbour
  const { policyId, registryId } = await openPolicy(harbour, { filters: named('team/again') })
  const id = await core.db.transaction((tx) =>
    insertReplication(core, tx, {
      ...{ policyId, trigger: 'MANUAL' },
      transfers: [{ kind: 'plan', direction: 'push', registryId, dueAt: new Date(Date.now() + HOUR_MS) }],
    }),
  )
  await core.db.prisma.execution.update({ where: { id }, data: { stopAskedAt: new Date() } })
  let looks = 0
  // The stop that was asked for has come to its end between the look and what follows from it.
  const query: typeof core.db.query = async (...asked) => {
    const found = await core.db.query(...asked)
    if (looks++ === 0) {
      await stopReplication(core, SYSTEM, id)
      expect(await retryReplication(core, SYSTEM, id)).toBe(1)
    }
    return found as never
  }
  await endStopped({ ...core, db: { ...core.db, query } })
  expect(looks).toBeGreaterThan(0)
  expect(await getReplication(core, SYSTEM, id)).toMatchObject({ status: 'Running', stopAskedAt: null })
  await stopReplication(core, SYSTEM, id)
})
