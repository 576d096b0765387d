import type { Schemas } from '@berth/contract'
import type { Execution, Task } from '@berth/core/executions'
import {
  getReplication,
  getReplicationTaskLog,
  listReplications,
  listReplicationTasks,
  showStatus,
  showTrigger,
  startReplication,
  stopReplication,
} from '@berth/core/replications'
import type { Handlers } from './handler.ts'
import { toId, toLongId } from './references.ts'
import { created, done, ok, page } from './replies.ts'

const presentExecution = (execution: Execution): Schemas['ReplicationExecution'] => {
  const { tasks } = execution
  return {
    id: execution.id,
    policy_id: execution.vendorId,
    status: showStatus(execution.status),
    trigger: showTrigger(execution.trigger),
    start_time: execution.startedAt.toISOString(),
    ...(execution.endedAt && { end_time: execution.endedAt.toISOString() }),
    status_text: execution.statusMessage,
    total: Object.values(tasks).reduce((sum, count) => sum + count, 0),
    failed: tasks.Error,
    succeed: tasks.Success,
    in_progress: tasks.Pending + tasks.Scheduled + tasks.Running,
    stopped: tasks.Stopped,
  }
}

const presentTask = (task: Task): Schemas['ReplicationTask'] => {
  const { operation = '', source = '', target = '' } = task.extraAttrs as Record<string, string>
  return {
    id: task.id,
    execution_id: task.executionId,
    status: showStatus(task.status),
    job_id: String(task.id),
    operation,
    resource_type: 'image',
    src_resource: source,
    dst_resource: target,
    ...(task.startedAt && { start_time: task.startedAt.toISOString() }),
    ...(task.endedAt && { end_time: task.endedAt.toISOString() }),
    status_text: task.statusMessage,
  }
}

export const replicationExecutions: Handlers<
  | 'listReplicationExecutions'
  | 'startReplication'
  | 'getReplicationExecution'
  | 'stopReplication'
  | 'listReplicationTasks'
  | 'getReplicationLog'
> = {
  async listReplicationExecutions(context) {
    const { core, actor, query } = context
    const { policy_id: policyId, status, trigger } = query
    const range = context.listQuery()
    const wanted = { ...(policyId !== undefined && { policyId: toId(policyId) }), status, trigger }
    return page(context, range, await listReplications(core, actor, wanted, range), presentExecution)
  },

  async startReplication(context) {
    const { core, actor, body } = context
    return created(context, await startReplication(core, actor, toId(body.policy_id ?? 0)))
  },

  async getReplicationExecution({ core, actor, path }) {
    return ok(presentExecution(await getReplication(core, actor, toLongId(path.id))))
  },

  async stopReplication({ core, actor, path }) {
    await stopReplication(core, actor, toLongId(path.id))
    return done()
  },

  async listReplicationTasks(context) {
    const { core, actor, path, query } = context
    const range = context.listQuery()
    const wanted = { status: query.status, resourceType: query.resource_type }
    return page(
      context,
      range,
      await listReplicationTasks(core, actor, toLongId(path.id), wanted, range),
      presentTask,
    )
  },

  async getReplicationLog({ core, actor, path }) {
    const body = await getReplicationTaskLog(core, actor, toLongId(path.id), toLongId(path.task_id))
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
  },
}
