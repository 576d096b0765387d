import type { Schemas } from '@berth/contract'
import {
  changeJobQueue,
  getJobLog,
  type JobQueue,
  listJobQueues,
  listWorkerPools,
  listWorkers,
  stopJob,
  type Worker,
  type WorkerPool,
} from '@berth/core/job-queues'
import type { Handlers } from './handler.ts'
import { done, ok } from './replies.ts'

const presentQueue = ({ jobType, waiting, latencyMs, ...queue }: JobQueue): Schemas['JobQueue'] => ({
  job_type: jobType,
  count: waiting,
  latency: Math.floor(latencyMs / 1_000),
  ...queue,
})

const presentPool = ({ node, pid, startedAt, beatAt, concurrency }: WorkerPool): Schemas['WorkerPool'] => ({
  pid,
  worker_pool_id: node,
  start_at: startedAt.toISOString(),
  heartbeat_at: beatAt.toISOString(),
  concurrency,
  host: node,
})

const presentWorker = ({ taskId, worker, vendorType, ...task }: Worker): Schemas['Worker'] => ({
  id: String(taskId),
  pool_id: worker ?? '',
  job_name: vendorType,
  job_id: String(taskId),
  start_at: task.startedAt?.toISOString(),
  check_in: task.statusMessage,
  checkin_at: task.updatedAt.toISOString(),
})

export const jobQueues: Handlers<
  | 'listJobQueues'
  | 'actionPendingJobs'
  | 'getWorkerPools'
  | 'getWorkers'
  | 'stopRunningJob'
  | 'actionGetJobLog'
> = {
  async listJobQueues({ core, actor }) {
    return ok((await listJobQueues(core, actor)).map(presentQueue))
  },

  async actionPendingJobs({ core, actor, path, body }) {
    await changeJobQueue(core, actor, path.job_type, body.action)
    return done()
  },

  async getWorkerPools({ core, actor }) {
    return ok((await listWorkerPools(core, actor)).map(presentPool))
  },

  async getWorkers({ core, actor, path }) {
    return ok((await listWorkers(core, actor, path.pool_id)).map(presentWorker))
  },

  async stopRunningJob({ core, actor, path }) {
    await stopJob(core, actor, path.job_id)
    return done()
  },

  async actionGetJobLog({ core, actor, path }) {
    const body = await getJobLog(core, actor, path.job_id)
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
  },
}
