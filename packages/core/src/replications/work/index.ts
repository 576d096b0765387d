export { workReplications, workReplicationsNow } from './pump.ts'
export { forgetEnded, insertReplication } from './store.ts'
