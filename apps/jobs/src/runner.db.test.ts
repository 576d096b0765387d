import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Core, createCore } from '@berth/core'
import { startRedis, testDatabase } from '@berth/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { openBackend } from './backend.ts'
import { pools } from './env.ts'
import { type Job, job, nothing } from './job.ts'
import { jobs } from './jobs.ts'
import { type Runner, startRunner } from './runner.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let redis: Awaited<ReturnType<typeof startRedis>> | undefined
let core: Core
const runners: Runner[] = []

beforeAll(async () => {
  database = await testDatabase()
  // The queue cannot live in MySQL; there Redis is needed.
  redis = database.db.provider === 'mysql' ? await startRedis() : undefined
  core = createCore({
    databaseUrl: database.url,
    redisUrl: redis?.url,
    secretKey: 'a secret key of thirty-two characters',
    externalUrl: 'http://localhost:8080',
    registryUrl: 'http://127.0.0.1:1',
    nodeName: 'test-node',
  })
})
afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.stop(2_000)))
})
afterAll(async () => {
  await core.close()
  await redis?.stop()
  await database.drop()
})

async function start(jobs: Job[]): Promise<Runner> {
  const runner = await startRunner({ core, jobs, log: () => {} })
  runners.push(runner)
  return runner
}

// Beside another whole run a process takes a quarter of a minute to start.
const LIMIT_MS = 40_000
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + LIMIT_MS
  while (!(await condition())) {
    if (Date.now() > end) throw new Error('the condition did not come true in time')
    await delay(20)
  }
}

const retry = { attempts: 3, firstDelayMs: 20 }
const id = (payload: unknown): { id: number } => {
  if (typeof (payload as { id?: unknown })?.id !== 'number') throw new TypeError('an id is needed')
  return payload as { id: number }
}

test('a job runs with its payload, and again after it failed', async () => {
  const seen: number[] = []
  const runner = await start([
    job({
      name: 'test.flaky',
      parse: id,
      retry,
      async run(_, payload) {
        seen.push(payload.id)
        if (seen.length < 3) throw new Error('not yet')
        return {}
      },
    }),
  ])
  await runner.add('test.flaky', { id: 7 })
  await until(() => seen.length === 3)
  expect(seen).toEqual([7, 7, 7])
  await until(async () =>
    (await core.metrics.text()).includes('berth_job_runs_total{job="test.flaky",result="ok"} 1\n'),
  )
  const text = await core.metrics.text()
  expect(text).toContain('berth_job_runs_total{job="test.flaky",result="retried"} 2\n')
  expect(text).toContain('berth_job_duration_seconds_count{job="test.flaky"} 3\n')
  expect(text).toMatch(/^berth_queue_jobs\{state="waiting"\} \d+$/m)
})

test('a wrong payload and an unknown job are refused before they reach the queue', async () => {
  const runner = await start([job({ name: 'test.strict', parse: id, retry, run: async () => ({}) })])
  await expect(runner.add('test.strict', { id: 'x' })).rejects.toThrow('an id is needed')
  await expect(runner.add('test.other')).rejects.toThrow('no job named')
  expect(() => nothing({ a: 1 })).toThrow()
})

test('of two nodes one runs a job, and a schedule exists once; those of jobs that are no more go', async () => {
  let runs = 0
  const often = job({
    name: 'test.often',
    parse: nothing,
    retry,
    schedule: { everyMs: 3_600_000 },
    run: async () => ({ runs: ++runs }),
  })
  const old = job({ ...often, name: 'test.old' })
  await start([often, old])
  await start([often])
  await until(() => runs > 0)
  const { queue } = openBackend(core.settings)
  const schedulers = await queue.getJobSchedulers()
  await queue.close()
  expect(schedulers.map((scheduler) => scheduler.key)).toEqual(['test.often'])
})

test('a prompt job runs while every other job hangs with its locks, and what hangs takes one place', async () => {
  // As many connections as the process has, not as the tests have.
  const small = createCore({ ...core.settings, ...pools })
  const hanging = new Map<string, number>()
  let told = 0
  const runner = await startRunner({
    core: small,
    log: () => {},
    jobs: jobs.map((job) => ({
      ...job,
      schedule: job.schedule && { everyMs: 100 },
      async run({ signal }) {
        if (job.name === 'events.dispatch') {
          await small.db.lock('dispatch', async () => void told++, 50)
          return undefined
        }
        const turn = (hanging.get(job.name) ?? 0) + 1
        hanging.set(job.name, turn)
        const lock = (n: number, work: () => Promise<unknown>) =>
          small.db.lock(`${job.name} ${turn} ${n}`, work)
        const hang = async () => signal.aborted || (await once(signal, 'abort'))
        // A walk holds one lock for itself and one for the repository that it changes.
        await lock(1, () => (job.isPrompt ? hang() : lock(2, hang)))
        return undefined
      },
    })),
  })
  try {
    const prompt = jobs.filter(({ isPrompt, name }) => isPrompt && name !== 'events.dispatch')
    await until(() => prompt.every(({ name }) => hanging.has(name)))
    const before = told
    await until(() => told >= before + 5)
    for (const { name, atOnce = 1 } of jobs) expect(hanging.get(name) ?? 0).toBeLessThanOrEqual(atOnce)
    expect(hanging.size).toBeGreaterThan(prompt.length)
  } finally {
    await runner.stop(2_000)
    await small.close()
  }
})

test('stopping waits for a job that runs', async () => {
  const state = { started: false, told: false, ended: false }
  const gate = Promise.withResolvers<void>()
  const runner = await start([
    job({
      name: 'test.long',
      parse: nothing,
      retry,
      async run({ signal }) {
        state.started = true
        await once(signal, 'abort')
        state.told = true
        await gate.promise
        state.ended = true
        return {}
      },
    }),
  ])
  await runner.add('test.long')
  await until(() => state.started)
  runners.length = 0
  const stopped = runner.stop(5_000)
  await until(() => state.told)
  expect(state.ended).toBe(false)
  gate.resolve()
  await stopped
  expect(state.ended).toBe(true)
  expect(runner.isRunning()).toBe(false)
})

test('work goes on after every connection to the database was cut', async () => {
  let runs = 0
  const runner = await start([
    job({ name: 'test.cut', parse: nothing, retry, run: async () => ({ runs: ++runs }) }),
  ])
  await runner.add('test.cut')
  await until(() => runs === 1)
  const ids =
    core.db.provider === 'mysql'
      ? await database.db.query<{ id: number }>(
          'SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()',
        )
      : await database.db.query<{ id: number }>(
          'SELECT pid AS id FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
        )
  expect(ids.length).toBeGreaterThan(0)
  for (const { id } of ids)
    await database.db
      .query(core.db.provider === 'mysql' ? `KILL ${id}` : `SELECT pg_terminate_backend(${id})`)
      .catch(() => {})
  await until(async () => {
    await runner.add('test.cut').catch(() => {})
    return runs > 1
  })
})

test('every real job runs on this database', async () => {
  // Nobody answers where the registry should be, which is asked again a few times.
  const hasty = createCore({ ...core.settings, wait: async () => {} })
  for (const { name, run, parse } of jobs) {
    const context = { core: hasty, log: () => {}, signal: new AbortController().signal }
    const result = await run(context, parse(undefined))
    expect(result ?? {}).toBeTypeOf('object')
    expect(name).toMatch(/^[a-z-]+\.[a-z]+$/)
  }
  await hasty.close()
})

const main = join(import.meta.dirname, 'main.ts')
function startProcess(env: Record<string, string> = {}) {
  const child = fork(main, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      DATABASE_URL: database.url,
      ...(redis ? { REDIS_URL: redis.url } : {}),
      BERTH_SECRET_KEY: 'a secret key of thirty-two characters',
      BERTH_EXTERNAL_URL: 'http://localhost:8080',
      BERTH_NODE_NAME: 'process-node',
      REGISTRY_URL: 'http://127.0.0.1:1',
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      ...env,
    },
  })
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors += chunk
  })
  return { child, exited: once(child, 'exit'), errors: () => errors }
}

const beats = () =>
  database.db.query("SELECT node FROM heartbeats WHERE node = 'process-node' AND component = 'jobservice'")

test.each(['SIGTERM', 'disconnect'] as const)(
  'the process says that it lives, and ends in order at %s, when told to or when its parent is gone',
  async (end) => {
    await database.db.prisma.heartbeat.deleteMany()
    const { child, exited } = startProcess()
    await until(async () => (await beats()).length === 1)
    if (end === 'SIGTERM') child.kill('SIGTERM')
    else child.disconnect()
    expect(await exited).toEqual([0, null])
  },
  60_000,
)

test('a process that still waits for its queue ends with its parent', async () => {
  const { child, exited, errors } = startProcess({ REDIS_URL: 'redis://127.0.0.1:1' })
  await until(() => errors().includes('the queue does not answer'))
  child.disconnect()
  expect(await exited).toEqual([0, null])
}, 60_000)

test('bad settings end the process with every problem listed', async () => {
  const { exited, errors } = startProcess({ BERTH_SECRET_KEY: 'hunter2', REGISTRY_URL: 'nonsense' })
  expect(await exited).toEqual([1, null])
  expect(errors()).toContain('BERTH_SECRET_KEY')
  expect(errors()).toContain('REGISTRY_URL')
  expect(errors()).not.toContain('hunter2')
})
