import type { Core } from '@berth/core'
import type { JobsOptions, Queue, Job as QueuedJob } from 'bullmq'
import { openBackend, type QueueName } from './backend.ts'
import type { Job } from './job.ts'
import type { Log } from './log.ts'
import { countQueues } from './metrics.ts'

// Each holds connections to the database, a walk two for its locks: no more than the pools can bear.
const PATIENT_AT_ONCE = 5
// What has run stays visible for a while, and no longer.
const KEEP_COMPLETED = 200
const KEEP_FAILED = 1_000

export interface RunnerOptions {
  core: Core
  log: Log
  jobs: readonly Job[]
}

export interface Runner {
  /** How many jobs it does at once. */
  concurrency: number
  /** Puts a job into the queue. @throws Error for an unknown name or a wrong payload */
  add(name: string, payload?: unknown): Promise<void>
  /** False while the queue cannot be reached. */
  isRunning(): boolean
  /** Lets running jobs end for `graceMs`, then gives them up: another worker runs them again. */
  stop(graceMs: number): Promise<void>
}

/** Starts to work: schedules what runs by itself, takes what is in the queue. Resolves once the queue answers. */
export async function startRunner({ core, log, jobs }: RunnerOptions): Promise<Runner> {
  const byName = new Map(jobs.map((job) => [job.name, job]))
  const stopping = new AbortController()
  const running = new Map<string, number>()
  const process = async ({ name, data, attemptsMade }: QueuedJob) => {
    const job = byName.get(name)
    if (!job) throw new Error(`there is no job named ${name}`)
    const others = running.get(name) ?? 0
    // The queue starts the next of a schedule while the last still runs: work that hangs would take place after place.
    if (job.schedule && isEmpty(data) && others >= (job.atOnce ?? 1)) return
    running.set(name, others + 1)
    const begin = Date.now()
    const result = await job.run({ core, log, signal: stopping.signal }, data).finally(() => {
      running.set(name, running.get(name)! - 1)
      core.metrics.observe('berth_job_duration_seconds', [name], (Date.now() - begin) / 1_000)
    })
    core.metrics.add('berth_job_runs_total', [name, 'ok'])
    // A job that looks every few seconds whether there is work would fill the log with nothing.
    if (result === undefined) return
    log('info', 'job done', { job: name, attempt: attemptsMade + 1, tookMs: Date.now() - begin, ...result })
  }
  const failed = (failed: QueuedJob | undefined, error: Error) => {
    const last = (failed?.attemptsMade ?? 1) >= (failed?.opts.attempts ?? 1)
    const known = failed && byName.has(failed.name) ? failed.name : 'other'
    core.metrics.add('berth_job_runs_total', [known, last ? 'failed' : 'retried'])
    log(last ? 'error' : 'warn', last ? 'job failed' : 'job failed and is tried again', {
      job: failed?.name,
      attempt: failed?.attemptsMade,
      error,
    })
  }
  const open = async (name: QueueName, own: readonly Job[], concurrency: number) => {
    const { queue, worker: openWorker } = openBackend(core.settings, name)
    queue.on('error', (error) => log('warn', 'the queue does not answer', { error }))
    await queue.waitUntilReady()
    await schedule(queue, own)
    const worker = openWorker(process, { concurrency })
    worker.on('error', (error) => log('warn', 'the worker lost its queue', { error }))
    worker.on('failed', failed)
    await worker.waitUntilReady()
    return { queue, worker }
  }
  const prompt = jobs.filter(({ isPrompt }) => isPrompt)
  const places = prompt.reduce((sum, { atOnce = 1 }) => sum + atOnce, 0)
  // One after the other: the first makes the schema. One more place, for what only finds that it runs already.
  const patientLane = await open(
    'berth',
    jobs.filter(({ isPrompt }) => !isPrompt),
    PATIENT_AT_ONCE,
  )
  const promptLane = await open('berth-prompt', prompt, places + 1)
  const lanes = [patientLane, promptLane]
  const queues = lanes.map(({ queue }) => queue)
  core.metrics.onScrape('queue', () => countQueues(core, queues, byName))

  return {
    concurrency: PATIENT_AT_ONCE + places + 1,
    async add(name, payload) {
      const job = byName.get(name)
      if (!job) throw new Error(`there is no job named ${name}`)
      job.parse(payload)
      const { queue } = job.isPrompt ? promptLane : patientLane
      await queue.add(name, payload ?? {}, optionsOf(job))
    },
    isRunning: () => lanes.every(({ worker }) => worker.isRunning() && !worker.closing),
    async stop(graceMs) {
      stopping.abort()
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(resolve, graceMs, 'late')
      })
      const close = async ({ queue, worker }: (typeof lanes)[number]) => {
        if ((await Promise.race([worker.close(), late])) === 'late') await worker.close(true)
        await queue.close()
      }
      await Promise.all(lanes.map(close))
      clearTimeout(timer)
    },
  }
}

const isEmpty = (payload: object | undefined) => Object.keys(payload ?? {}).length === 0

const optionsOf = (job: Pick<Job, 'retry'>): JobsOptions => ({
  attempts: job.retry.attempts,
  backoff: { type: 'exponential', delay: job.retry.firstDelayMs },
  removeOnComplete: { count: KEEP_COMPLETED },
  removeOnFail: { count: KEEP_FAILED },
})

/** One schedule per job in the whole cluster; schedules of jobs that are no more go. */
async function schedule(queue: Queue, jobs: readonly Job[]): Promise<void> {
  const wanted = new Set(jobs.filter((job) => job.schedule).map((job) => job.name))
  for (const { key } of await queue.getJobSchedulers())
    if (!wanted.has(key)) await queue.removeJobScheduler(key)
  for (const { name, schedule, retry } of jobs) {
    if (!schedule) continue
    const repeat = 'everyMs' in schedule ? { every: schedule.everyMs } : { pattern: schedule.cron, tz: 'UTC' }
    await queue.upsertJobScheduler(name, repeat, { name, data: {}, opts: optionsOf({ retry }) })
  }
}
