import { openShop, testDatabase } from '@berth/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Core } from '../context/index.ts'
import { everything } from '../list-query/index.ts'
import { Ground, LEASE_MS, webhook } from './executions.fixture.ts'
import {
  changeTask,
  changeTasksWithin,
  claimTask,
  claimTasksWithin,
  type EndWith,
  endExecution,
  isStopAsked,
  lockExecution,
  readClaimable,
  readExecution,
  readExecutions,
  readTask,
  readTasks,
  removeTaskWithin,
  renewTask,
  renewTasks,
  restartTask,
  stopExecution,
} from './index.ts'

const ground = new Ground(testDatabase, openShop)
let core: Core
beforeAll(() => {
  core = ground.core
})
const create: Ground['create'] = (execution) => ground.create(execution)
const statusOf = (id: number) => ground.statusOf(id)
const claim = (taskId: number) => ground.claim(taskId)

describe('an execution', () => {
  it('whose tasks go away at the same moment has one that was the last', async () => {
    const { taskIds } = await create({ tasks: [{}, {}, {}, {}] })
    const claims = await Promise.all(taskIds.map(claim))
    const ready = Promise.withResolvers<void>()
    let begun = 0
    const removed = await Promise.all(
      claims.map((held) =>
        core.db.transaction(async (tx) => {
          // Each has seen the tasks of the others.
          await tx.task.count()
          if (++begun === claims.length) ready.resolve()
          await ready.promise
          return removeTaskWithin(core, tx, held)
        }),
      ),
    )
    expect(removed.filter((one) => one?.wasLast)).toHaveLength(1)
  })

  it('follows its tasks, and counts them', async () => {
    const { id, taskIds } = await create({
      extraAttrs: { event_type: 'PUSH_ARTIFACT' },
      tasks: [{}, {}, { status: 'Scheduled' }],
    })
    const [first, second, third] = taskIds as [number, number, number]
    expect(await readExecution(core, webhook, id)).toMatchObject({
      status: 'Running',
      trigger: 'EVENT',
      endedAt: null,
      extraAttrs: { event_type: 'PUSH_ARTIFACT' },
      tasks: { Pending: 2, Scheduled: 1, Running: 0 },
    })
    await changeTask(core, await claim(first), { status: 'Success' })
    await changeTask(core, await claim(second), { status: 'Error', message: 'no answer', log: 'asked\n' })
    expect(await statusOf(id)).toBe('Running')
    await changeTask(core, await claim(third), { status: 'Stopped' })
    expect(await readExecution(core, webhook, id)).toMatchObject({
      status: 'Error',
      endedAt: expect.any(Date),
      tasks: { Success: 1, Error: 1, Stopped: 1, Pending: 0 },
    })
    expect(await readTask(core, id, second)).toMatchObject({
      status: 'Error',
      statusMessage: 'no answer',
      log: 'asked\n',
      runCount: 1,
    })
    // A task that is tried again makes it run again.
    await core.db.transaction((tx) => restartTask(core, tx, second))
    expect(await readExecution(core, webhook, id)).toMatchObject({ status: 'Running', endedAt: null })
  })

  it('ends rightly when all its tasks end at once', async () => {
    const { id, taskIds } = await create({ tasks: Array.from({ length: 12 }, () => ({})) })
    await Promise.all(
      taskIds.map(async (taskId) => changeTask(core, await claim(taskId), { status: 'Success' })),
    )
    expect(await statusOf(id)).toBe('Success')
  })

  it('without tasks ends when somebody says so', async () => {
    const { id } = await create()
    await core.db.transaction((tx) => endExecution(core, tx, id, 'Success', { text: 'nothing to do' }))
    expect(await readExecution(core, webhook, id)).toMatchObject({
      status: 'Success',
      statusMessage: 'nothing to do',
    })
  })

  it('is not there for another vendor, and its tasks not for another execution', async () => {
    const one = await create({ tasks: [{}] })
    const other = await create({ vendorId: 8, tasks: [{}] })
    expect(await readExecution(core, { ...webhook, vendorId: 8 }, one.id)).toBeUndefined()
    expect(await readExecution(core, { vendorType: 'REPLICATION', vendorId: 7 }, one.id)).toBeUndefined()
    expect(await stopExecution(core, { ...webhook, vendorId: 8 }, one.id)).toBe(false)
    expect(await readTask(core, one.id, other.taskIds[0]!)).toBeUndefined()
    expect((await readTasks(core, one.id, everything)).items.map(({ id }) => id)).toEqual(one.taskIds)
    expect((await readExecutions(core, webhook, everything)).items.map(({ id }) => id)).toEqual([one.id])
  })
})

describe('tasks', () => {
  it('end together, each with its own words, without those that another worker has by now', async () => {
    const { id, taskIds } = await create({ tasks: [{}, {}, {}, {}] })
    const claims = await core.db.transaction((tx) => claimTasksWithin(core, tx, taskIds, LEASE_MS))
    expect(claims.map(({ taskId, run }) => [taskId, run])).toEqual(taskIds.map((taskId) => [taskId, 1]))
    const [first, second, third, fourth] = [claims[0]!, claims[1]!, claims[2]!, claims[3]!]
    ground.clock += LEASE_MS + 1
    await claim(third.taskId)
    const changes = [
      { claim: first, change: { status: 'Success', log: 'brought\n' } },
      { claim: second, change: { status: 'Error', message: 'no answer', log: 'asked\n' } },
      { claim: third, change: { status: 'Error', message: 'late' } },
      { claim: fourth, change: { log: 'half way\n' } },
    ] as const
    const { changed, execution } = await core.db.transaction((tx) => changeTasksWithin(core, tx, id, changes))
    expect([...changed].sort()).toEqual([first, second, fourth].map(({ taskId }) => taskId).sort())
    expect(execution).toMatchObject({ id, status: 'Running', endedAt: null })
    const ended = { endedAt: expect.any(Date), runCount: 1 }
    expect(await readTask(core, id, first.taskId)).toMatchObject({
      ...{ status: 'Success', statusMessage: '', log: 'brought\n', ...ended },
    })
    expect(await readTask(core, id, second.taskId)).toMatchObject({
      ...{ status: 'Error', statusMessage: 'no answer', log: 'asked\n', ...ended },
    })
    expect(await readTask(core, id, third.taskId)).toMatchObject({ status: 'Running', runCount: 2 })
    expect(await readTask(core, id, fourth.taskId)).toMatchObject({ status: 'Running', log: 'half way\n' })
    expect(await claimTask(core, second.taskId, LEASE_MS)).toBeUndefined()
  })

  it('are taken up while somebody holds their execution, as those do who end others of it', async () => {
    const { id, taskIds } = await create({ tasks: [{}] })
    await core.db.transaction(async (tx) => {
      await lockExecution(tx, id)
      await claim(taskIds[0]!)
    })
    expect(await readTask(core, id, taskIds[0]!)).toMatchObject({
      status: 'Running',
      startedAt: expect.any(Date),
    })
  })
})

describe('a task', () => {
  it('is held by one worker, and goes to another only when the lease has run out', async () => {
    const { id, taskIds } = await create({ tasks: [{}] })
    const taskId = taskIds[0]!
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimTask(core, taskId, LEASE_MS)))
    const [held, ...others] = claims.filter((claimed) => claimed !== undefined)
    expect(others).toEqual([])
    expect(await renewTask(core, held!, LEASE_MS)).toBe('kept')
    ground.clock += LEASE_MS - 1
    expect(await readClaimable(core, 'WEBHOOK', new Date(ground.clock), 10)).toEqual([])
    ground.clock += 2
    expect(await readClaimable(core, 'WEBHOOK', new Date(ground.clock), 10)).toEqual([
      { taskId, executionId: id, vendorId: 7 },
    ])
    const second = await claim(taskId)
    expect(second.run).toBe(2)
    // The first one comes back: what it has to say counts no more.
    expect(await renewTask(core, held!, LEASE_MS)).toBe('lost')
    expect(await changeTask(core, held!, { status: 'Error', log: 'late' })).toBe(false)
    expect(await changeTask(core, second, { status: 'Success' })).toBe(true)
    expect(await readTask(core, id, taskId)).toMatchObject({ status: 'Success', log: '', runCount: 2 })
  })

  it('is renewed with others, each of which hears what became of it', async () => {
    const { taskIds } = await create({ tasks: [{}, {}, {}] })
    const asked = await create({ tasks: [{}] })
    const held = await Promise.all([...taskIds, ...asked.taskIds].map((id) => claim(id)))
    const [kept, lost, ended, stopping] = [held[0]!, held[1]!, held[2]!, held[3]!]
    await stopExecution(core, webhook, asked.id)
    await changeTask(core, ended, { status: 'Success' })
    ground.clock += LEASE_MS + 1
    await claim(lost.taskId)
    ground.clock += LEASE_MS - 10
    expect(await renewTasks(core, [kept, lost, ended, stopping], LEASE_MS)).toEqual([
      ...['kept', 'lost', 'lost', 'stop'],
    ])
    ground.clock += 20
    // Who has taken another's place is not kept by what that one says.
    const due = await readClaimable(core, 'WEBHOOK', new Date(ground.clock), 100)
    const ids = new Set(due.map(({ taskId }) => taskId))
    expect([kept, lost, stopping].map(({ taskId }) => ids.has(taskId))).toEqual([false, true, false])
  })

  it('can be tried again once it has ended', async () => {
    const { id, taskIds } = await create({ tasks: [{}] })
    const taskId = taskIds[0]!
    const first = await claim(taskId)
    const again = () => core.db.transaction((tx) => restartTask(core, tx, taskId))
    expect(await again()).toBe(false)
    await changeTask(core, first, { status: 'Error' })
    expect(await again()).toBe(true)
    expect(await statusOf(id)).toBe('Running')
    await changeTask(core, await claim(taskId), { status: 'Success' })
    expect(await statusOf(id)).toBe('Success')
  })
})

it('a stop ends what waits at once, and what runs when it next asks', async () => {
  const { id, taskIds } = await create({ tasks: [{}, {}, {}] })
  const running = await claim(taskIds[0]!)
  expect(await isStopAsked(core, id)).toBe(false)
  const failing = stopExecution(core, webhook, id, () => Promise.reject(new Error('no line')))
  await expect(failing).rejects.toThrow('no line')
  expect(await isStopAsked(core, id)).toBe(false)
  expect(await stopExecution(core, webhook, id)).toBe(true)
  expect(await isStopAsked(core, id)).toBe(true)
  expect(await readExecution(core, webhook, id)).toMatchObject({
    status: 'Running',
    tasks: { Stopped: 2, Running: 1 },
  })
  expect(await renewTask(core, running, LEASE_MS)).toBe('stop')
  await changeTask(core, running, { status: 'Stopped' })
  expect(await statusOf(id)).toBe('Stopped')
  expect(await stopExecution(core, webhook, id)).toBe(false)
})

it('a stop of many parts leaves what is tried again between two of them', async () => {
  const { id, taskIds } = await create({ tasks: [{}, {}, {}, {}] })
  const seen: number[] = []
  const endWith: EndWith = async (_, tx, stopped) => {
    seen.push(...stopped.taskIds)
    // As if the part had ended before.
    await restartTask(core, tx, taskIds[0]!)
  }
  expect(await stopExecution(core, webhook, id, undefined, { endWith, perTransaction: 2 })).toBe(true)
  expect(seen).toEqual(taskIds.slice(0, 2))
  expect(await readExecution(core, webhook, id)).toMatchObject({
    ...{ status: 'Running', stopAskedAt: null },
    tasks: { Pending: 3, Stopped: 1 },
  })
})
