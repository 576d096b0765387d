export { readVendorIds } from './disposal/store.ts'
export {
  claimTask,
  claimTasksWithin,
  claimTaskWithin,
  type Renewal,
  renewTask,
  renewTasks,
} from './holding/claims.ts'
export { type HeldExecution, lockExecution, readStopping } from './holding/store.ts'
export {
  type Claim,
  type Execution,
  type ExecutionStatus,
  type ExecutionTrigger,
  type ExtraAttrs,
  type FinalStatus,
  isFinal,
  type NewExecution,
  type Note,
  SKIPPED,
  type Task,
  type TaskCounts,
  type TaskStatus,
  type Vendor,
  type VendorType,
} from './model.ts'
export {
  type AnyTask,
  type QueueCounts,
  readAnyTask,
  readQueueCounts,
  readRunning,
} from './queues/store.ts'
export {
  changeExecution,
  createExecution,
  createExecutions,
  endExecution,
  forgetExecution,
  forgetExecutions,
  hideExecutions,
  isStopAsked,
  purgeExecutions,
  removeHidden,
} from './service.ts'
export { type EndWith, stopExecution, stopWaiting } from './stops.ts'
export {
  type ExecutionTransaction,
  readClaimable,
  readExecution,
  readExecutions,
  readLastExecutions,
  readTask,
  readTasks,
} from './store.ts'
export {
  addTasksWithin,
  changeTask,
  changeTasksWithin,
  changeTaskWithin,
  failTask,
  failWaitingWithin,
  removeTaskWithin,
  restartTask,
  resumeExecution,
  type TaskChange,
} from './tasks.ts'
