export { noProgress, type Progress, type TransferProgress } from './model.ts'
export { bytesPerSecond, etaSeconds } from './rate.ts'
export {
  changeProgress,
  forgetInStep,
  insertProgress,
  type ProgressChange,
  readInStep,
  readPlanning,
  readProgress,
  type ToldProgress,
  type TransferWrite,
  writeTransfers,
} from './store.ts'
