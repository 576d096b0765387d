export { getReplicationMap, type MapLine, type ReplicationMap } from './service.ts'
