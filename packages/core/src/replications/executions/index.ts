export type { Missing, Replication, ReplicationTask, ShownTransfer } from './model.ts'
export { listMissing, retryReplication, retryReplicationTask } from './retry.ts'
export {
  getReplication,
  getReplicationTaskLog,
  listReplications,
  listReplicationTasks,
  purgeReplications,
  type ReplicationQuery,
  readLastReplications,
  startReplication,
  startScheduledReplication,
  stopReplication,
} from './service.ts'
export { showStatus, showTrigger } from './words.ts'
