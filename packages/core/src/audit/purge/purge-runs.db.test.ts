import { testDatabase } from '@berth/testing'
import { expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { parseTiming, readSchedule, runDueSchedules, type Timing } from '../../schedules/index.ts'
import {
  getPurge,
  listPurges,
  PURGE,
  requestPurge,
  runPurges,
  sealLines,
  startScheduledPurge,
  stopPurge,
} from '../index.ts'
import { typeCondition } from './model.ts'
import { DAY_MS, purgeGround } from './purge-ground.fixture.ts'
import { removeLines } from './remove.ts'
import { PURGE_START, readPurgeable } from './store.ts'

const { ground, openCore, write, left, intact } = purgeGround(testDatabase)

it('is stopped, and is taken up again where its process ended', async () => {
  await write(['pull', 'pull'])
  ground.clockMs += DAY_MS
  const parameters = { audit_retention_hour: 1, include_event_types: 'pull_artifact' }
  const ask = async () =>
    (await requestPurge(ground.core, SYSTEM, { schedule: { type: 'Manual' }, parameters }, 'create'))!
  const stopped = await ask()
  await stopPurge(ground.core, SYSTEM, stopped)
  await runPurges(ground.core)
  expect((await getPurge(ground.core, SYSTEM, stopped)).execution.status).toBe('Stopped')
  await expect(stopPurge(ground.core, SYSTEM, stopped)).rejects.toMatchObject({ code: 'PRECONDITION' })
  await expect(stopPurge(ground.core, SYSTEM, 999_999)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await left()).toHaveLength(2)
  const ended = await ask()
  // Somebody began it and died.
  const [task] = await ground.database.db.query<{ id: number }>(
    'SELECT id FROM tasks WHERE execution_id = ?',
    [ended],
  )
  await ground.database.db.query(
    "UPDATE tasks SET status = 'Running', run_count = 1, lease_until = ? WHERE id = ?",
    [new Date(ground.clockMs + 10_000), task!.id],
  )
  await runPurges(ground.core)
  expect(await left()).toHaveLength(2)
  ground.clockMs += 11_000
  await runPurges(ground.core)
  expect((await getPurge(ground.core, SYSTEM, ended)).execution.status).toBe('Success')
  expect(await left()).toEqual([])
  expect((await listPurges(ground.core, SYSTEM, { filters: [], sort: [], page: 1, pageSize: 1 })).total).toBe(
    2,
  )
})

it('starts by its schedule, and spares what somebody else still needs', async () => {
  await write(['pull', 'pull', 'pull'])
  const parameters = { audit_retention_hour: 1, include_event_types: 'pull_artifact' }
  const daily = { type: 'Daily', cron: '0 0 0 * * *' }
  expect(await requestPurge(ground.core, SYSTEM, { schedule: daily, parameters }, 'create')).toBeUndefined()
  ground.clockMs += DAY_MS
  expect((await runDueSchedules(ground.core, { [PURGE]: startScheduledPurge })).started).toEqual([
    `${PURGE}/0`,
  ])
  await runPurges(ground.core, { keepFrom: async () => 3 })
  expect(await left()).toEqual([3])
  const { items } = await listPurges(ground.core, SYSTEM, { filters: [], sort: [], page: 1, pageSize: 5 })
  expect(items).toMatchObject([
    { execution: { trigger: 'SCHEDULE', status: 'Success' }, params: { retentionHours: 1 } },
  ])
  await requestPurge(ground.core, SYSTEM, { schedule: { type: 'None' } }, 'update')
  expect(await readSchedule(ground.core, PURGE)).toBeUndefined()
  const { kind } = parseTiming(daily) as Timing
  expect(kind).toBe('schedule')
})

it('two purges at once, on two nodes, both end well', async () => {
  await write(Array.from({ length: 60 }, (_, n) => (n % 2 ? 'pull' : 'tag')))
  ground.clockMs += 2 * DAY_MS
  const parameters = {
    audit_retention_hour: 24,
    include_event_types: 'pull_artifact,create_tag',
    dry_run: false,
  }
  const ids: number[] = []
  for (let n = 0; n < 4; n++)
    ids.push(
      (await requestPurge(ground.core, SYSTEM, { schedule: { type: 'Manual' }, parameters }, 'create'))!,
    )
  const other = openCore()
  await Promise.all([ground.core, other, ground.core, other].map((node) => runPurges(node)))
  await other.close()
  await runPurges(ground.core)
  for (const id of ids) expect((await getPurge(ground.core, SYSTEM, id)).execution.status).toBe('Success')
  expect(await left()).toEqual([])
  await sealLines(ground.core)
  await intact()
})

it('goes on when somebody else took lines of its batch', async () => {
  await write(['pull', 'pull', 'tag', 'pull'])
  ground.clockMs += 2 * DAY_MS
  const parameters = { audit_retention_hour: 24, include_event_types: 'pull_artifact', dry_run: false }
  const id = (await requestPurge(
    ground.core,
    SYSTEM,
    { schedule: { type: 'Manual' }, parameters },
    'create',
  ))!
  let overtake: (() => Promise<unknown>) | undefined
  const overtaken: Core = {
    ...ground.core,
    db: {
      ...ground.core.db,
      async transaction(run) {
        const first = overtake
        overtake = undefined
        await first?.()
        return ground.core.db.transaction(run)
      },
    },
  }
  const olderThan = new Date(ground.clockMs)
  const purgeable = { olderThan, types: typeCondition(['pull_artifact']), keepFrom: undefined }
  const takeOne = async () =>
    removeLines(ground.core, await readPurgeable(ground.core, purgeable, PURGE_START, 1))
  // Asked for right before it reads its lines; its next transaction removes them.
  const keepFrom = async () => {
    overtake = takeOne
    return undefined
  }
  expect(await runPurges(overtaken, { keepFrom })).toEqual([id])
  expect((await getPurge(ground.core, SYSTEM, id)).execution.status).toBe('Success')
  expect(overtake).toBeUndefined()
  expect(await left()).toEqual([3])
  await sealLines(ground.core)
  await intact()
})
