import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { SYSTEM } from '../authorization/index.ts'
import { type Core, createCore } from '../context/index.ts'
import {
  listSchedules,
  parseTiming,
  readSchedule,
  removeSchedule,
  runDueSchedules,
  type StartScheduled,
  setSchedule,
  type Timing,
} from './index.ts'

let database: TestDatabase
let here: Core
let there: Core
let clockMs = Date.parse('2026-05-01T10:17:00Z')
const hourly = parseTiming({ type: 'Hourly' }) as Extract<Timing, { kind: 'schedule' }>

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
  here = openCore()
  there = openCore()
})
afterAll(async () => {
  await Promise.all([here.close(), there.close()])
  await database.drop()
})

const set = (vendorType: string, vendorId: number, params = {}) =>
  here.db.transaction((tx) => setSchedule(here, tx, { vendorType, vendorId, params }, hourly))

it('starts what is due once, on two nodes, with what it was given, and once for all the times that were missed', async () => {
  await set('PURGE', 0, { hours: 7 })
  await set('OTHER', 3)
  expect(await readSchedule(here, 'PURGE')).toMatchObject({
    type: 'Hourly',
    cron: '0 0 * * * *',
    params: { hours: 7 },
    nextRunAt: new Date('2026-05-01T11:00:00Z'),
    paused: false,
  })
  const started: unknown[] = []
  const start: StartScheduled = async (_, __, { vendorType, vendorId, params }) => {
    started.push([vendorType, vendorId, params])
  }
  const look = () =>
    Promise.all([here, there].map((core) => runDueSchedules(core, { PURGE: start, OTHER: start })))
  await look()
  expect(started).toEqual([])
  clockMs = Date.parse('2026-05-01T14:03:00Z')
  const runs = await look()
  expect(runs.flatMap((run) => run.started).sort()).toEqual(['OTHER/3', 'PURGE/0'])
  expect(started).toHaveLength(2)
  expect(started).toContainEqual(['PURGE', 0, { hours: 7 }])
  expect((await readSchedule(here, 'PURGE'))?.nextRunAt).toEqual(new Date('2026-05-01T15:00:00Z'))
})

it('what cannot be started stays due, leaves nothing behind and keeps nobody waiting', async () => {
  clockMs = Date.parse('2026-05-01T16:00:01Z')
  const broken: StartScheduled = async (core, tx) => {
    await setSchedule(core, tx, { vendorType: 'HALF' }, hourly)
    throw new Error('not now')
  }
  const fine: StartScheduled = async () => {}
  const runs = await runDueSchedules(here, { PURGE: broken, OTHER: fine })
  expect(runs.started).toEqual(['OTHER/3'])
  expect(runs.failed).toMatchObject([{ schedule: 'PURGE/0', error: { message: 'not now' } }])
  expect(await readSchedule(here, 'HALF')).toBeUndefined()
  expect((await runDueSchedules(here, { PURGE: fine })).started).toEqual(['PURGE/0'])
})

it('is changed in its place, listed, and gone when it is removed', async () => {
  const before = await readSchedule(here, 'OTHER', 3)
  await set('OTHER', 3, { again: true })
  expect(await readSchedule(here, 'OTHER', 3)).toMatchObject({ id: before!.id, params: { again: true } })
  const { items, total } = await listSchedules(here, SYSTEM, { page: 1, pageSize: 1 })
  expect([items.length, total]).toEqual([1, 2])
  const remove = () => here.db.transaction((tx) => removeSchedule(tx, 'OTHER', 3))
  expect([await remove(), await remove()]).toEqual([true, false])
  clockMs += 7_200_000
  expect((await runDueSchedules(here, {})).failed).toHaveLength(1)
})
