import { runPurges, sealLines } from '@berth/core/audit'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi
let clockMs = Date.now()

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url, { now: () => clockMs, wait: async () => {} })
  await api.addUser('root', { sysadmin: true })
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

const parameters = { audit_retention_hour: 24, include_event_types: 'create_user,other', dry_run: false }
const scheduleOf = () => api.call('root', 'getPurgeSchedule')

it('a purge by hand is shown with its log, as Harbor shows it, and leaves the log intact', async () => {
  await sealLines(api.core)
  clockMs += 48 * 3_600_000
  const made = await api.call('root', 'createPurgeSchedule', {
    body: { schedule: { type: 'Manual' }, parameters },
  })
  expect(made.status, made.text).toBe(201)
  const [, id] = /^\/api\/v2\.0\/system\/purgeaudit\/(\d+)$/.exec(made.headers.location!)!
  const path = { purge_id: Number(id) }
  expect((await api.call('root', 'getPurgeJob', { path })).data).toMatchObject({ job_status: 'Running' })
  await runPurges(api.core)
  const { data } = await api.call('root', 'getPurgeJob', { path })
  expect(data).toMatchObject({
    id: path.purge_id,
    job_name: 'PURGE_AUDIT_LOG',
    job_kind: 'MANUAL',
    schedule: { type: 'Manual' },
    job_status: 'Success',
    deleted: false,
  })
  expect(JSON.parse(data.job_parameters!)).toEqual(parameters)
  const log = await api.call('root', 'getPurgeJobLog', { path })
  expect(log.headers['content-type']).toContain('text/plain')
  expect(log.text).toMatch(/lines were removed/)
  const history = await api.call('root', 'getPurgeHistory')
  expect([history.headers['x-total-count'], history.data.length]).toEqual(['1', 1])
  expect((await api.call('root', 'stopPurge', { path })).status).toBe(412)
  await sealLines(api.core)
  const verified = await api.call('root', 'verifyAuditLog')
  expect(verified.data).toMatchObject({ ok: true, checkpoints: 1 })
  const head = (await api.call('root', 'getAuditLogHead')).data
  expect(head).toMatchObject({ position: verified.data.to, waiting: 0 })
  expect(head.public_key).toContain('PUBLIC KEY')
})

it('a schedule is made, changed and ended; without one the answer is empty', async () => {
  expect((await scheduleOf()).text).toBe('')
  const weekly = { type: 'Weekly' as const, cron: '0 0 0 * * 0' }
  const made = await api.call('root', 'createPurgeSchedule', { body: { schedule: weekly, parameters } })
  expect(made.status, made.text).toBe(201)
  expect((await scheduleOf()).data).toMatchObject({ schedule: weekly, job_name: 'PURGE_AUDIT_LOG' })
  const tasks = await api.call('root', 'listSchedules')
  expect(tasks.data).toMatchObject([{ vendor_type: 'PURGE_AUDIT_LOG', vendor_id: 0, cron: weekly.cron }])
  const path = { job_type: 'all' }
  expect((await api.call('root', 'getSchedulePaused', { path })).data).toEqual({ paused: false })
  const custom = { type: 'Custom' as const, cron: '0 30 3 * * *' }
  const changed = await api.call('root', 'updatePurgeSchedule', { body: { schedule: custom, parameters } })
  expect(changed.status).toBe(200)
  expect((await scheduleOf()).data.schedule).toMatchObject(custom)
  for (const schedule of [{ type: 'Manual' as const }, { type: 'Custom' as const, cron: 'often' }])
    expect((await api.call('root', 'updatePurgeSchedule', { body: { schedule, parameters } })).status).toBe(
      400,
    )
  await api.call('root', 'updatePurgeSchedule', { body: { schedule: { type: 'None' } } })
  expect((await scheduleOf()).text).toBe('')
  const { data } = await api.call('root', 'listAuditLogExts', {
    query: { q: 'resource_type=schedule', sort: 'id' },
  })
  expect(data.map(({ operation }) => operation)).toEqual(['create', 'update', 'delete'])
})
