import { type TestDatabase, testDatabase } from '@berth/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { SYSTEM } from '../../authorization/index.ts'
import { type Core, createCore } from '../../context/index.ts'
import { parseTiming, readSchedule, runDueSchedules, type Timing } from '../../schedules/index.ts'
import {
  getPurge,
  getPurgeLog,
  listPurges,
  PURGE,
  record,
  requestPurge,
  runPurges,
  sealLines,
  startScheduledPurge,
  stopPurge,
  verifyAuditLog,
} from '../index.ts'
import { typeCondition } from './model.ts'
import { removeLines } from './remove.ts'
import { PURGE_START, readPurgeable } from './store.ts'

let database: TestDatabase
let core: Core
let clockMs = Date.parse('2026-05-01T00:00:00Z')
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const openCore = () =>
  createCore({
    databaseUrl: database.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://berth.test',
    registryUrl: 'http://127.0.0.1:9',
    poolSize: 4,
    now: () => clockMs,
  })
beforeAll(async () => {
  database = await testDatabase()
})
beforeEach(async () => {
  await core?.close()
  const { prisma } = database.db
  await Promise.all([prisma.auditLine.deleteMany(), prisma.auditHead.deleteMany()])
  await Promise.all([prisma.auditCheckpoint.deleteMany(), prisma.execution.deleteMany()])
  core = openCore()
})
afterAll(async () => {
  await core.close()
  await database.drop()
})

type Type = 'pull' | 'tag' | 'user'
/** A line a minute, of these types. */
async function write(types: readonly Type[]): Promise<void> {
  for (const type of types) {
    clockMs += 60_000
    const common = { actor: SYSTEM, resource: `line of ${type}` }
    if (type === 'pull')
      await record(core, undefined, { ...common, action: 'pull', resourceType: 'artifact' })
    else if (type === 'tag')
      await record(core, undefined, { ...common, action: 'create', resourceType: 'tag' })
    else await record(core, undefined, { ...common, action: 'create', resourceType: 'user' })
  }
  await sealLines(core)
}
const purge = async (hours: number, types: string, dry = false) => {
  const parameters = { audit_retention_hour: hours, include_event_types: types, dry_run: dry }
  const id = (await requestPurge(core, SYSTEM, { schedule: { type: 'Manual' }, parameters }, 'create'))!
  await runPurges(core)
  return getPurge(core, SYSTEM, id)
}
const left = async () =>
  (
    await database.db.query<{ position: number }>(
      `SELECT position FROM audit_lines WHERE position > 0 AND resource LIKE 'line of %' ORDER BY position`,
    )
  ).map(({ position }) => position)
const checkpoints = async () =>
  (await database.db.prisma.auditCheckpoint.findMany({ orderBy: { firstPosition: 'asc' } })).map(
    ({ firstPosition, lastPosition }) => [Number(firstPosition), Number(lastPosition)],
  )
const intact = async () => expect((await verifyAuditLog(core, SYSTEM)).broken).toBeNull()

it('removes what is older, of the types that were asked for, and leaves checkpoints that join', async () => {
  await write(['pull', 'tag', 'pull', 'pull', 'user', 'tag'])
  clockMs += DAY_MS
  await write(['pull', 'user'])
  const first = await purge(12, 'pull_artifact')
  expect(first.execution.status).toBe('Success')
  expect(await left()).toEqual([2, 5, 6, 7, 8])
  expect(await checkpoints()).toEqual([
    [1, 1],
    [3, 4],
  ])
  await intact()
  await purge(12, 'create_tag,create_user')
  expect(await left()).toEqual([7, 8])
  expect(await checkpoints()).toEqual([[1, 6]])
  await sealLines(core)
  await intact()
  expect((await verifyAuditLog(core, SYSTEM, 4)).broken).toBeNull()
  expect((await verifyAuditLog(core, SYSTEM, 7)).broken).toBeNull()
  const told = await database.db.prisma.auditLine.findMany({
    where: { action: 'purge' },
    orderBy: { id: 'asc' },
  })
  expect(told.map(({ detail }) => (detail as { removed: number }).removed)).toEqual([3, 3])
  expect(await getPurgeLog(core, SYSTEM, first.execution.id)).toMatch(/3 lines were removed\n$/)
})

it('other is everything but what happens to artifacts, tags too; nothing asked for is nothing removed', async () => {
  await write(['pull', 'tag', 'user'])
  clockMs += DAY_MS
  for (const [hours, types] of [
    [0, 'other'],
    [-1, 'other'],
    [1, ''],
    [240_000, 'other'],
  ] as const) {
    expect((await purge(hours, types)).execution.status).toBe('Success')
    expect(await left()).toEqual([1, 2, 3])
  }
  const dry = await purge(1, 'other', true)
  expect(await getPurgeLog(core, SYSTEM, dry.execution.id)).toContain('2 lines would be removed')
  expect(await left()).toEqual([1, 2, 3])
  await purge(1, 'other')
  expect(await left()).toEqual([1])
  await intact()
  for (const parameters of [
    { audit_retention_hour: 240_001 },
    { audit_retention_hour: 1.5 },
    { audit_retention_hour: '1' },
    { include_event_types: ['other'] },
    { include_event_types: 'x; DROP TABLE' },
    { dry_run: 'yes' },
  ])
    await expect(
      requestPurge(core, SYSTEM, { schedule: { type: 'Manual' }, parameters }, 'create'),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})

it('wipes away no traces: what is not as it was sealed stays, and so does what stands behind a gap', async () => {
  await write(['pull', 'pull', 'pull', 'pull', 'pull', 'pull'])
  await database.db.query("UPDATE audit_lines SET resource = 'line of mallory' WHERE position = 3")
  await database.db.query('DELETE FROM audit_lines WHERE position = 5')
  clockMs += DAY_MS
  const { execution } = await purge(1, 'pull_artifact')
  expect(await left()).toEqual([3, 6])
  expect(await getPurgeLog(core, SYSTEM, execution.id)).toContain(
    '2 stay because they are not as they were sealed',
  )
  expect((await verifyAuditLog(core, SYSTEM)).broken).toMatchObject({ what: 'changed', position: 3 })
})

it('a checkpoint that somebody changes, stretches, copies or takes away is seen', async () => {
  await write(['user', 'pull', 'pull', 'user', 'pull', 'user'])
  clockMs += DAY_MS
  await purge(1, 'pull_artifact')
  const { prisma } = database.db
  const rows = await prisma.auditCheckpoint.findMany({ orderBy: { firstPosition: 'asc' } })
  const ways: [string, () => Promise<unknown>][] = [
    ['missing', () => prisma.auditCheckpoint.deleteMany({ where: { firstPosition: 2 } })],
    [
      'checkpoint',
      () => prisma.auditCheckpoint.updateMany({ where: { firstPosition: 2 }, data: { lastPosition: 4 } }),
    ],
    [
      'checkpoint',
      () =>
        prisma.auditCheckpoint.updateMany({
          where: { firstPosition: 2 },
          data: { hashAfter: 'f'.repeat(64) },
        }),
    ],
    [
      'checkpoint',
      () =>
        prisma.auditCheckpoint.updateMany({
          where: { firstPosition: 2 },
          data: { signature: rows[1]!.signature },
        }),
    ],
    [
      'checkpoint',
      () => prisma.auditCheckpoint.updateMany({ where: { firstPosition: 2 }, data: { at: new Date(0) } }),
    ],
    [
      'checkpoint',
      async () => {
        await prisma.auditLine.deleteMany({ where: { position: 4 } })
        await prisma.auditCheckpoint.update({ where: { firstPosition: 2 }, data: { lastPosition: 4 } })
      },
    ],
  ]
  for (const [what, tamper] of ways) {
    await tamper()
    expect((await verifyAuditLog(core, SYSTEM)).broken).toMatchObject({ what, position: 2 })
    await prisma.auditCheckpoint.deleteMany()
    await prisma.auditCheckpoint.createMany({ data: rows })
  }
})

it('is stopped, and is taken up again where its process ended', async () => {
  await write(['pull', 'pull'])
  clockMs += DAY_MS
  const parameters = { audit_retention_hour: 1, include_event_types: 'pull_artifact' }
  const ask = async () =>
    (await requestPurge(core, SYSTEM, { schedule: { type: 'Manual' }, parameters }, 'create'))!
  const stopped = await ask()
  await stopPurge(core, SYSTEM, stopped)
  await runPurges(core)
  expect((await getPurge(core, SYSTEM, stopped)).execution.status).toBe('Stopped')
  await expect(stopPurge(core, SYSTEM, stopped)).rejects.toMatchObject({ code: 'PRECONDITION' })
  await expect(stopPurge(core, SYSTEM, 999_999)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await left()).toHaveLength(2)
  const ended = await ask()
  // Somebody began it and died.
  const [task] = await database.db.query<{ id: number }>('SELECT id FROM tasks WHERE execution_id = ?', [
    ended,
  ])
  await database.db.query(
    "UPDATE tasks SET status = 'Running', run_count = 1, lease_until = ? WHERE id = ?",
    [new Date(clockMs + 10_000), task!.id],
  )
  await runPurges(core)
  expect(await left()).toHaveLength(2)
  clockMs += 11_000
  await runPurges(core)
  expect((await getPurge(core, SYSTEM, ended)).execution.status).toBe('Success')
  expect(await left()).toEqual([])
  expect((await listPurges(core, SYSTEM, { filters: [], sort: [], page: 1, pageSize: 1 })).total).toBe(2)
})

it('starts by its schedule, and spares what somebody else still needs', async () => {
  await write(['pull', 'pull', 'pull'])
  const parameters = { audit_retention_hour: 1, include_event_types: 'pull_artifact' }
  const daily = { type: 'Daily', cron: '0 0 0 * * *' }
  expect(await requestPurge(core, SYSTEM, { schedule: daily, parameters }, 'create')).toBeUndefined()
  clockMs += DAY_MS
  expect((await runDueSchedules(core, { [PURGE]: startScheduledPurge })).started).toEqual([`${PURGE}/0`])
  await runPurges(core, { keepFrom: async () => 3 })
  expect(await left()).toEqual([3])
  const { items } = await listPurges(core, SYSTEM, { filters: [], sort: [], page: 1, pageSize: 5 })
  expect(items).toMatchObject([
    { execution: { trigger: 'SCHEDULE', status: 'Success' }, params: { retentionHours: 1 } },
  ])
  await requestPurge(core, SYSTEM, { schedule: { type: 'None' } }, 'update')
  expect(await readSchedule(core, PURGE)).toBeUndefined()
  const { kind } = parseTiming(daily) as Timing
  expect(kind).toBe('schedule')
})

it('whatever is purged in whatever order, the chain holds, and checkpoints are as few as can be', async () => {
  const types = fc.array(fc.constantFrom<Type>('pull', 'tag', 'user'), { minLength: 1, maxLength: 25 })
  const order = fc.shuffledSubarray(['pull_artifact', 'create_tag', 'create_user'], { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(types, order, async (written, purged) => {
      const { prisma } = database.db
      await Promise.all([
        prisma.auditLine.deleteMany(),
        prisma.auditHead.deleteMany(),
        prisma.auditCheckpoint.deleteMany(),
      ])
      await core.close()
      core = openCore()
      await write(written)
      clockMs += DAY_MS
      for (const type of purged) await purge(1, type)
      const gone = written.map((type) =>
        purged.includes({ pull: 'pull_artifact', tag: 'create_tag', user: 'create_user' }[type]),
      )
      const runs = gone.filter((is, n) => is && !gone[n - 1]).length
      expect(await checkpoints()).toHaveLength(runs)
      expect(await left()).toHaveLength(gone.filter((is) => !is).length)
      await intact()
    }),
    { numRuns: 6 },
  )
}, 60_000)

it('two purges at once, on two nodes, both end well', async () => {
  await write(Array.from({ length: 60 }, (_, n) => (n % 2 ? 'pull' : 'tag')))
  clockMs += 2 * DAY_MS
  const parameters = {
    audit_retention_hour: 24,
    include_event_types: 'pull_artifact,create_tag',
    dry_run: false,
  }
  const ids: number[] = []
  for (let n = 0; n < 4; n++)
    ids.push((await requestPurge(core, SYSTEM, { schedule: { type: 'Manual' }, parameters }, 'create'))!)
  const other = openCore()
  await Promise.all([core, other, core, other].map((node) => runPurges(node)))
  await other.close()
  await runPurges(core)
  for (const id of ids) expect((await getPurge(core, SYSTEM, id)).execution.status).toBe('Success')
  expect(await left()).toEqual([])
  await sealLines(core)
  await intact()
})

it('goes on when somebody else took lines of its batch', async () => {
  await write(['pull', 'pull', 'tag', 'pull'])
  clockMs += 2 * DAY_MS
  const parameters = { audit_retention_hour: 24, include_event_types: 'pull_artifact', dry_run: false }
  const id = (await requestPurge(core, SYSTEM, { schedule: { type: 'Manual' }, parameters }, 'create'))!
  let overtake: (() => Promise<unknown>) | undefined
  const overtaken: Core = {
    ...core,
    db: {
      ...core.db,
      async transaction(run) {
        const first = overtake
        overtake = undefined
        await first?.()
        return core.db.transaction(run)
      },
    },
  }
  const olderThan = new Date(clockMs)
  const purgeable = { olderThan, types: typeCondition(['pull_artifact']), keepFrom: undefined }
  const takeOne = async () => removeLines(core, await readPurgeable(core, purgeable, PURGE_START, 1))
  // Asked for right before it reads its lines; its next transaction removes them.
  const keepFrom = async () => {
    overtake = takeOne
    return undefined
  }
  expect(await runPurges(overtaken, { keepFrom })).toEqual([id])
  expect((await getPurge(core, SYSTEM, id)).execution.status).toBe('Success')
  expect(overtake).toBeUndefined()
  expect(await left()).toEqual([3])
  await sealLines(core)
  await intact()
})
