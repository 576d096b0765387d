import { type AuditLine, type AuditTransaction, record } from '../audit/index.ts'
import { type Actor, authorizeSystem } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { DomainError, notFound } from '../errors/index.ts'
import {
  type AnyTask,
  type EndWith,
  readAnyTask,
  readQueueCounts,
  readRunning,
  stopExecution,
  stopWaiting,
  type VendorType,
} from '../executions/index.ts'
import { readPools } from '../health/index.ts'
import { endTransfers } from '../replications/index.ts'
import { dueSchedules, skipDueSchedules } from '../schedules/index.ts'
import {
  type JobQueue,
  type JobType,
  jobTypes,
  type QueueAction,
  queueActions,
  SCHEDULER,
  taskTypes,
  type WorkerPool,
} from './model.ts'
import { readPaused, writePaused } from './store.ts'

const DAY_MS = 86_400_000
const ALL = 'all'
/** Kinds of which more ends with a task than the task: so it does here as where they are stopped by themselves. */
const endsWith: Partial<Record<VendorType, EndWith>> = { REPLICATION: endTransfers }

// Every use case: DomainError UNAUTHORIZED, FORBIDDEN.

export async function listJobQueues(core: Core, actor: Actor): Promise<JobQueue[]> {
  authorizeSystem(actor, 'list', 'jobservice-monitor')
  const now = core.now()
  const [paused, due, counts] = await Promise.all([
    readPaused(core),
    dueSchedules(core),
    readQueueCounts(core, taskTypes, { now: new Date(now), failedSince: new Date(now - DAY_MS) }),
  ])
  const since = (at: Date | null) => (at ? Math.max(0, now - at.getTime()) : 0)
  const scheduler: JobQueue = {
    jobType: SCHEDULER,
    waiting: due.count,
    running: 0,
    failed: 0,
    latencyMs: since(due.since),
    paused: paused.has(SCHEDULER),
  }
  const others = taskTypes.map((jobType) => {
    const { oldestAt, ...count } = counts.get(jobType)!
    return { jobType, ...count, latencyMs: since(oldestAt), paused: paused.has(jobType) }
  })
  return [scheduler, ...others]
}

/** Whether anything starts by itself. `all` is the only kind there is. @throws also DomainError BAD_REQUEST */
export async function schedulesPaused(core: Core, actor: Actor, jobType: string): Promise<boolean> {
  authorizeSystem(actor, 'list', 'jobservice-monitor')
  if (jobType !== ALL)
    throw new DomainError('BAD_REQUEST', 'schedules are paused all together: ask for `all`')
  return (await readPaused(core)).has(SCHEDULER)
}

/**
 * Pauses a queue, lets it go on, or stops what waits in it; `all`: each of them. While a queue is paused, what runs ends
 * and what comes waits.
 *
 * @throws also DomainError NOT_FOUND, UNPROCESSABLE_ENTITY
 */
export async function changeJobQueue(
  core: Core,
  actor: Actor,
  jobType: string,
  asked: string | undefined,
): Promise<void> {
  authorizeSystem(actor, 'stop', 'jobservice-monitor')
  const action = queueActions.find((known) => known === asked)
  if (!action) throw new DomainError('UNPROCESSABLE_ENTITY', `an action is one of ${queueActions.join(', ')}`)
  const asking = jobType === ALL ? jobTypes : jobTypes.filter((known) => known === jobType)
  if (asking.length === 0) throw notFound('job queue')
  for (const of of asking)
    await (action === 'stop' ? stopQueue(core, actor, of) : pause(core, actor, of, action))
}

const lineOf = (actor: Actor, jobType: JobType, action: QueueAction) =>
  ({ actor, action, resourceType: 'job_queue', resource: jobType }) as const satisfies AuditLine

async function pause(core: Core, actor: Actor, jobType: JobType, action: 'pause' | 'resume'): Promise<void> {
  await core.db.lock('job-queues', () =>
    core.db.transaction(async (tx) => {
      if (await writePaused(tx, jobType, action === 'pause', new Date(core.now())))
        await record(core, tx, lineOf(actor, jobType, action))
    }),
  )
}

async function stopQueue(core: Core, actor: Actor, jobType: JobType): Promise<void> {
  const line = lineOf(actor, jobType, 'stop')
  if (jobType !== SCHEDULER) {
    const told = (tx: AuditTransaction, stopped: number) => record(core, tx, { ...line, detail: { stopped } })
    await stopWaiting(core, jobType, told, { endWith: endsWith[jobType] })
    return
  }
  await core.db.transaction(async (tx) => {
    const stopped = await skipDueSchedules(core, tx)
    if (stopped > 0) await record(core, tx, { ...line, detail: { stopped } })
  })
}

export async function listWorkerPools(core: Core, actor: Actor): Promise<WorkerPool[]> {
  authorizeSystem(actor, 'list', 'jobservice-monitor')
  return readPools(core)
}

/** What is done now, by one node or by `all`. @throws also DomainError NOT_FOUND */
export async function listWorkers(core: Core, actor: Actor, node: string): Promise<AnyTask[]> {
  authorizeSystem(actor, 'list', 'jobservice-monitor')
  if (node !== ALL && !(await readPools(core)).some((pool) => pool.node === node))
    throw notFound('worker pool')
  const running = await readRunning(core, taskTypes, new Date(core.now()))
  return node === ALL ? running : running.filter(({ worker }) => worker === node)
}

/**
 * Ends a job at its next good place, or before it has begun; `all`: everything that runs.
 *
 * @throws also DomainError NOT_FOUND, for a job that has ended as well
 */
export async function stopJob(core: Core, actor: Actor, id: string): Promise<void> {
  authorizeSystem(actor, 'stop', 'jobservice-monitor')
  if (id === ALL) {
    for (const { taskId, ...task } of await readRunning(core, taskTypes, new Date(core.now())))
      await stop(core, actor, taskId, task)
    return
  }
  const taskId = toTaskId(id)
  const task = taskId === undefined ? undefined : await readAnyTask(core, taskId)
  if (!task || !(await stop(core, actor, taskId!, task))) throw notFound('running job')
}

const stop = (
  core: Core,
  actor: Actor,
  taskId: number,
  { executionId, vendorType }: Pick<AnyTask, 'executionId' | 'vendorType'>,
): Promise<boolean> =>
  stopExecution(
    core,
    { vendorType },
    executionId,
    (tx) =>
      record(core, tx, {
        actor,
        action: 'stop',
        resourceType: 'job',
        resource: String(taskId),
        detail: { type: vendorType, execution: executionId },
      }),
    { endWith: endsWith[vendorType] },
  )

/** What a job told of itself. @throws also DomainError NOT_FOUND */
export async function getJobLog(core: Core, actor: Actor, id: string): Promise<string> {
  authorizeSystem(actor, 'list', 'jobservice-monitor')
  const taskId = toTaskId(id)
  const task = taskId === undefined ? undefined : await readAnyTask(core, taskId)
  if (!task) throw notFound('job')
  return task.log
}

const toTaskId = (id: string): number | undefined =>
  /^[1-9]\d{0,15}$/.test(id) && Number.isSafeInteger(Number(id)) ? Number(id) : undefined
