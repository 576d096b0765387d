export {
  getReplication,
  getReplicationTaskLog,
  listReplications,
  listReplicationTasks,
  purgeReplications,
  type ReplicationQuery,
  startReplication,
  startScheduledReplication,
  stopReplication,
} from './service.ts'
export { showStatus, showTrigger } from './words.ts'
