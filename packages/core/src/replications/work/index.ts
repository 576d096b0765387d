export { type Comparison, compareRepository, openWays, repositoriesOf, type Way } from './compare.ts'
export {
  type Invalid,
  invalidNotes,
  labelNotes,
  noteInvalid,
  nothingInvalid,
  type RunNote,
} from './left-out.ts'
export type { Direction, Transfer } from './model.ts'
export { isExplained, sentenceOf } from './outcome.ts'
export { workReplications, workReplicationsNow } from './pump.ts'
export { endTransfers, stopTransfers } from './stops.ts'
export { insertReplication, insertReplications, type NewReplication } from './store.ts'
