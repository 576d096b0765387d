export {
  type ArtifactCopy,
  type Copying,
  type CopyOptions,
  type CopyProgress,
  type CopyResult,
  copyBetween,
  purgeUploads,
} from './copying/index.ts'
export {
  getReplication,
  getReplicationTaskLog,
  listMissing,
  listReplications,
  listReplicationTasks,
  type Missing,
  purgeReplications,
  type Replication,
  type ReplicationQuery,
  type ReplicationTask,
  readLastReplications,
  retryReplication,
  retryReplicationTask,
  showStatus,
  showTrigger,
  startReplication,
  startScheduledReplication,
  stopReplication,
} from './executions/index.ts'
export { type CompiledFilters, compileFilters, type TagCandidate } from './filters.ts'
export { getReplicationMap, type MapLine, type ReplicationMap } from './map/index.ts'
export { type Mapping, mapRepository } from './mapping.ts'
export {
  type PolicyFilter,
  type PolicyInput,
  parseTrigger,
  REPLICATION,
  type ReplicationPolicy,
} from './model.ts'
export { type Planning, planRepository, type RepositoryPlan } from './planning/index.ts'
export { type Preview, type PreviewItem, type PreviewProblem, previewPolicy } from './previews/index.ts'
export { etaSeconds } from './progress/index.ts'
export { type Reason, reasons } from './reasons.ts'
export {
  createPolicy,
  deletePolicy,
  getPolicy,
  listPolicies,
  removingPolicies,
  type SeenPolicy,
  updatePolicy,
} from './service.ts'
export { localSite, mayPass, openSite, remoteSite, type Site, type TagFact } from './sites/index.ts'
export { readEventPolicies, readPolicy } from './store.ts'
export { replicationSubscriber } from './subscribers.ts'
export { endTransfers, workReplications, workReplicationsNow } from './work/index.ts'
