import { openShop, testDatabase } from '@berth/testing'
import { beforeAll, expect, it } from 'vitest'
import type { Core } from '../context/index.ts'
import { Ground } from './executions.fixture.ts'
import { changeTask, purgeExecutions, restartTask } from './index.ts'

const ground = new Ground(testDatabase, openShop)
let core: Core
beforeAll(() => {
  core = ground.core
})
const create: Ground['create'] = (execution) => ground.create(execution)
const statusOf = (id: number) => ground.statusOf(id)
const claim = (taskId: number) => ground.claim(taskId)

it('a purge keeps the newest of each policy and everything that runs', async () => {
  const ids: number[] = []
  for (let n = 0; n < 6; n++) ids.push((await create({ tasks: [{}] })).id)
  const other = await create({ vendorId: 8, tasks: [{}] })
  const tasks = await core.db.prisma.task.findMany({ orderBy: { id: 'asc' } })
  for (const { id, executionId } of tasks)
    if (Number(executionId) !== ids[0]) await changeTask(core, await claim(Number(id)), { status: 'Success' })
  expect(await purgeExecutions(core, 'WEBHOOK', { keep: 2 })).toBe(3)
  const left = async () =>
    (await core.db.prisma.execution.findMany()).map(({ id }) => Number(id)).sort((a, b) => a - b)
  expect(await left()).toEqual([ids[0], ids[4], ids[5], other.id])
  ground.clock += 1_000
  expect(await purgeExecutions(core, 'WEBHOOK', { keep: 2, endedBefore: new Date(ground.clock) })).toBe(3)
  expect(await left()).toEqual([ids[0]])
  expect(await core.db.prisma.task.count()).toBe(1)
})

it('a purge leaves what runs again meanwhile, and takes apart one run after the other', async () => {
  const ids: number[] = []
  const tasks: number[][] = []
  for (let n = 0; n < 3; n++) {
    const { id, taskIds } = await create({ tasks: [{}, {}, {}] })
    for (const taskId of taskIds) await changeTask(core, await claim(taskId), { status: 'Success' })
    ids.push(id)
    tasks.push(taskIds)
  }
  const counts = () =>
    Promise.all(ids.map((executionId) => core.db.prisma.task.count({ where: { executionId } })))
  let parts = 0
  const transaction: typeof core.db.transaction = async (run) => {
    const done = await core.db.transaction(run)
    if (++parts > 1) return done
    // After the first part of the first one.
    expect(await counts()).toEqual([1, 3, 3])
    for (const taskId of [tasks[0]![2]!, tasks[1]![0]!])
      expect(await core.db.transaction((tx) => restartTask(core, tx, taskId))).toBe(true)
    return done
  }
  const purging = { ...core, db: { ...core.db, transaction } }
  expect(await purgeExecutions(purging, 'WEBHOOK', { keep: 0, perTransaction: 2 })).toBe(1)
  expect(await counts()).toEqual([1, 3, 0])
  expect(await Promise.all(ids.map(statusOf))).toEqual(['Running', 'Running', undefined])
})

it('a purge counts what failed apart from the rest', async () => {
  const [dead, done]: [number[], number[]] = [[], []]
  for (let n = 0; n < 6; n++) {
    const { id, taskIds } = await create({ tasks: [{}] })
    await changeTask(core, await claim(taskIds[0]!), { status: n < 3 ? 'Error' : 'Success' })
    ;(n < 3 ? dead : done).push(id)
  }
  const left = async () =>
    (await core.db.prisma.execution.findMany({ where: { id: { in: [...dead, ...done] } } }))
      .map(({ id }) => Number(id))
      .sort((a, b) => a - b)
  expect(await purgeExecutions(core, 'WEBHOOK', { keep: 1, failed: false })).toBe(2)
  expect(await left()).toEqual([...dead, done[2]])
  expect(await purgeExecutions(core, 'WEBHOOK', { keep: 2, failed: true })).toBe(1)
  expect(await left()).toEqual([dead[1], dead[2], done[2]])
})
