export { workReplications, workReplicationsNow } from './pump.ts'
export { insertReplication } from './store.ts'
