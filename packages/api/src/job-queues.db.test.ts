import { runPurges } from '@berth/core/audit'
import { claimTask } from '@berth/core/executions'
import { beat } from '@berth/core/health'
import { runDueSchedules } from '@berth/core/schedules'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { openTestApi, type TestApi } from './api.fixture.ts'

let database: TestDatabase
let api: TestApi
let clockMs = Date.now()

beforeAll(async () => {
  database = await testDatabase()
  api = await openTestApi(database.url, { now: () => clockMs, wait: async () => {} })
  await api.addUser('root', { sysadmin: true })
})
beforeEach(async () => {
  await api.core.db.prisma.execution.deleteMany()
  await act('all', 'resume')
})
afterAll(async () => {
  await api.close()
  await database.drop()
})

const act = (job_type: string, action: string) =>
  api.call('root', 'actionPendingJobs', { path: { job_type }, body: { action } })
const queue = async (jobType: string) =>
  (await api.call('root', 'listJobQueues')).data.find(({ job_type }) => job_type === jobType)
const purge = async () => {
  const made = await api.call('root', 'createPurgeSchedule', { body: { schedule: { type: 'Manual' } } })
  const executionId = Number(made.headers.location!.split('/').at(-1))
  const { id } = await api.core.db.prisma.task.findFirstOrThrow({ where: { executionId } })
  return { executionId, jobId: String(id) }
}
const statusOf = async (purge_id: number) =>
  (await api.call('root', 'getPurgeJob', { path: { purge_id } })).data.job_status
const lines = async () =>
  (
    await api.call('root', 'listAuditLogExts', {
      query: { q: 'resource_type={job_queue job}', sort: '-id', page_size: 3 },
    })
  ).data.map(({ operation, resource }) => `${operation} ${resource}`)

it('lists every queue with what waits, runs and failed, and for how long the first waited', async () => {
  expect((await api.call('root', 'listJobQueues')).data).toEqual(
    ['SCHEDULER', 'PURGE_AUDIT_LOG', 'REPLICATION', 'WEBHOOK'].map((job_type) => ({
      job_type,
      count: 0,
      latency: 0,
      running: 0,
      failed: 0,
      paused: false,
    })),
  )
  const [running, , failed] = [await purge(), await purge(), await purge()]
  clockMs += 7_000
  await claimTask(api.core, Number(running.jobId), 60_000)
  await api.core.db.prisma.task.update({
    where: { id: Number(failed.jobId) },
    data: { status: 'Error', endedAt: new Date(clockMs) },
  })
  expect(await queue('PURGE_AUDIT_LOG')).toMatchObject({ count: 1, latency: 7, running: 1, failed: 1 })
  // Whose worker is gone waits for another; what failed before yesterday is not told any more.
  clockMs += 25 * 3_600_000
  expect(await queue('PURGE_AUDIT_LOG')).toMatchObject({ count: 2, running: 0, failed: 0 })
})

it('what comes into a paused queue waits until it goes on; each change is a line, and none changes nothing', async () => {
  expect((await act('PURGE_AUDIT_LOG', 'pause')).status).toBe(200)
  expect((await act('PURGE_AUDIT_LOG', 'pause')).status).toBe(200)
  expect(await queue('PURGE_AUDIT_LOG')).toMatchObject({ paused: true })
  expect(await queue('WEBHOOK')).toMatchObject({ paused: false })
  const { executionId, jobId } = await purge()
  expect(await runPurges(api.core)).toEqual([])
  expect(await queue('PURGE_AUDIT_LOG')).toMatchObject({ count: 1 })
  await act('PURGE_AUDIT_LOG', 'resume')
  expect(await runPurges(api.core)).toEqual([executionId])
  const log = await api.call('root', 'actionGetJobLog', { path: { job_id: jobId } })
  expect(log.headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(log.text).toContain('nothing is to be purged')
  expect((await lines()).slice(0, 2)).toEqual(['resume PURGE_AUDIT_LOG', 'pause PURGE_AUDIT_LOG'])
})

it('stops what waits in a queue and leaves what runs', async () => {
  const [running, waiting] = [await purge(), await purge()]
  await claimTask(api.core, Number(running.jobId), 60_000)
  expect((await act('PURGE_AUDIT_LOG', 'stop')).status).toBe(200)
  expect([await statusOf(running.executionId), await statusOf(waiting.executionId)]).toEqual([
    'Running',
    'Stopped',
  ])
  expect(await queue('PURGE_AUDIT_LOG')).toMatchObject({ count: 0, running: 1 })
  expect((await lines())[0]).toBe('stop PURGE_AUDIT_LOG')
})

it('paused schedules start nothing; what was due while they were starts once, or at its next time', async () => {
  const body = { schedule: { type: 'Hourly' as const } }
  expect((await api.call('root', 'createPurgeSchedule', { body })).status).toBe(201)
  const paused = async () =>
    (await api.call('root', 'getSchedulePaused', { path: { job_type: 'all' } })).data.paused
  const started: string[] = []
  const run = () =>
    runDueSchedules(api.core, {
      PURGE_AUDIT_LOG: async (_, __, { vendorType }) => void started.push(vendorType),
    })
  const nextRun = async () => (await api.call('root', 'listSchedules')).data[0]!.next_run_time!
  await act('SCHEDULER', 'pause')
  expect(await paused()).toBe(true)
  clockMs += 3 * 3_600_000
  await run()
  expect([started, (await queue('SCHEDULER'))!.count]).toEqual([[], 1])
  expect((await queue('SCHEDULER'))!.latency).toBeGreaterThan(3_600)
  await act('SCHEDULER', 'stop')
  expect((await queue('SCHEDULER'))!.count).toBe(0)
  expect(Date.parse(await nextRun())).toBeGreaterThan(clockMs)
  clockMs += 3 * 3_600_000
  await act('SCHEDULER', 'resume')
  expect(await paused()).toBe(false)
  await run()
  await run()
  expect(started).toEqual(['PURGE_AUDIT_LOG'])
  const other = await api.call('root', 'getSchedulePaused', { path: { job_type: 'WEBHOOK' } })
  expect(other.status).toBe(400)
  await api.call('root', 'updatePurgeSchedule', { body: { schedule: { type: 'None' } } })
})

it('names the processes that do jobs, what each does now, and ends it', async () => {
  expect((await api.call('root', 'getWorkerPools')).data).toEqual([])
  const startedAt = new Date(clockMs - 60_000)
  await beat(api.core, 'jobservice', { startedAt, pid: 77, concurrency: 5 })
  const [pool] = (await api.call('root', 'getWorkerPools')).data
  expect(pool).toMatchObject({ pid: 77, concurrency: 5, start_at: startedAt.toISOString() })
  const workers = async (pool_id: string) => api.call('root', 'getWorkers', { path: { pool_id } })
  const { executionId, jobId } = await purge()
  expect((await workers('all')).data).toEqual([])
  const claim = await claimTask(api.core, Number(jobId), 60_000)
  for (const id of ['all', pool!.worker_pool_id!])
    expect((await workers(id)).data).toMatchObject([
      { job_id: jobId, job_name: 'PURGE_AUDIT_LOG', pool_id: pool!.worker_pool_id },
    ])
  expect((await workers('elsewhere')).status).toBe(404)
  expect((await api.call('root', 'stopRunningJob', { path: { job_id: 'all' } })).status).toBe(200)
  expect((await lines())[0]).toBe(`stop ${jobId}`)
  // Whoever takes it up later learns of it, too.
  clockMs += 61_000
  expect(claim?.run).toBe(1)
  expect((await claimTask(api.core, Number(jobId), 60_000))?.run).toBe(2)
  expect(await statusOf(executionId)).toBe('Running')
  // A process that fell silent is none.
  expect((await api.call('root', 'getWorkerPools')).data).toEqual([])
})

it('a job that waits is ended before it begins; one that has ended, or never was, is not found', async () => {
  const { executionId, jobId } = await purge()
  const stop = (job_id: string) => api.call('root', 'stopRunningJob', { path: { job_id } })
  expect((await stop(jobId)).status).toBe(200)
  expect(await statusOf(executionId)).toBe('Stopped')
  for (const id of [jobId, '0', '-1', '1e3', 'x', '9'.repeat(30)]) expect((await stop(id)).status).toBe(404)
  const log = await api.call('root', 'actionGetJobLog', { path: { job_id: 'x' } })
  expect(log.status).toBe(404)
})

it('an unknown queue is not found and an unknown action is refused', async () => {
  expect((await act('RETENTION', 'pause')).status).toBe(404)
  const wrong = await act('WEBHOOK', 'delete')
  expect([400, 422]).toContain(wrong.status)
  const none = await api.call('root', 'actionPendingJobs', { path: { job_type: 'WEBHOOK' }, body: {} })
  expect(none.status).toBe(422)
})
