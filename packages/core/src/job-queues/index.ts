export type { AnyTask as Worker } from '../executions/index.ts'
export { type JobQueue, type JobType, jobTypes, type WorkerPool } from './model.ts'
export {
  changeJobQueue,
  getJobLog,
  listJobQueues,
  listWorkerPools,
  listWorkers,
  schedulesPaused,
  stopJob,
} from './service.ts'
