import type { Schemas } from '@berth/contract'
import type { Execution, Task } from '@berth/core/executions'

/** An execution of any kind of work, as Harbor shows them. `vendorType`: where Harbor has more words than we. */
export const presentExecution = (
  execution: Execution,
  vendorType: string = execution.vendorType,
): Schemas['Execution'] => ({
  id: execution.id,
  vendor_type: vendorType,
  vendor_id: execution.vendorId,
  status: execution.status,
  status_message: execution.statusMessage,
  metrics: presentMetrics(execution.tasks),
  trigger: execution.trigger,
  extra_attrs: execution.extraAttrs,
  start_time: execution.startedAt.toISOString(),
  ...(execution.endedAt && { end_time: execution.endedAt.toISOString() }),
})

const presentMetrics = (tasks: Execution['tasks']): Schemas['Metrics'] => ({
  task_count: Object.values(tasks).reduce((sum, count) => sum + count, 0),
  success_task_count: tasks.Success,
  error_task_count: tasks.Error,
  pending_task_count: tasks.Pending,
  running_task_count: tasks.Running,
  scheduled_task_count: tasks.Scheduled,
  stopped_task_count: tasks.Stopped,
})

export const presentTask = (task: Task): Schemas['Task'] => ({
  id: task.id,
  execution_id: task.executionId,
  status: task.status,
  status_message: task.statusMessage,
  run_count: task.runCount,
  extra_attrs: task.extraAttrs,
  creation_time: task.createdAt.toISOString(),
  update_time: task.updatedAt.toISOString(),
  ...(task.startedAt && { start_time: task.startedAt.toISOString() }),
  ...(task.endedAt && { end_time: task.endedAt.toISOString() }),
})
