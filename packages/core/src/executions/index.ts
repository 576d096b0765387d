export {
  type Claim,
  type Execution,
  type ExecutionStatus,
  type ExecutionTrigger,
  type ExtraAttrs,
  type FinalStatus,
  isFinal,
  type NewExecution,
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
  stopWaiting,
} from './queues/store.ts'
export {
  changeExecution,
  createExecution,
  createExecutions,
  endExecution,
  forgetExecutions,
  isStopAsked,
  purgeExecutions,
  stopExecution,
} from './service.ts'
export {
  type ExecutionTransaction,
  readClaimable,
  readExecution,
  readExecutions,
  readTask,
  readTasks,
  readVendorIds,
} from './store.ts'
export {
  addTask,
  addTasksWithin,
  changeTask,
  changeTaskWithin,
  claimTask,
  claimTaskWithin,
  removeTaskWithin,
  renewTask,
  restartTask,
  type TaskChange,
} from './tasks.ts'
