import type { Schemas } from '@berth/contract'
import {
  etaSeconds,
  getReplication,
  getReplicationTaskLog,
  listMissing,
  listReplications,
  listReplicationTasks,
  type Missing,
  type Replication,
  type ReplicationTask,
  retryReplication,
  retryReplicationTask,
  showStatus,
  showTrigger,
  startReplication,
  stopReplication,
} from '@berth/core/replications'
import type { Handlers } from './handler.ts'
import { toId, toLongId } from './references.ts'
import { created, done, ok, page } from './replies.ts'

export const presentExecution = (execution: Replication): Schemas['ReplicationExecution'] => {
  const { tasks, progress, planning, notes } = execution
  const total = Object.values(tasks).reduce((sum, count) => sum + count, 0)
  const open = tasks.Pending + tasks.Scheduled + tasks.Running
  const isUntold = planning || execution.pausedUntil || execution.endedAt
  const eta = isUntold ? undefined : etaSeconds(progress, { open, total })
  return {
    id: execution.id,
    policy_id: execution.vendorId,
    status: showStatus(execution.status),
    trigger: showTrigger(execution.trigger),
    start_time: execution.startedAt.toISOString(),
    ...(execution.endedAt && { end_time: execution.endedAt.toISOString() }),
    status_text: execution.statusMessage,
    ...(execution.statusReason === 'skipped' && { reason_code: 'skipped' }),
    ...(notes.length > 0 && {
      notes: notes.map(({ reason, sentence }) => ({
        reason: sentence,
        reason_code: reason as Schemas['ReplicationReason'],
      })),
    }),
    total,
    failed: tasks.Error,
    succeed: tasks.Success,
    in_progress: open,
    stopped: tasks.Stopped,
    planning,
    bytes_total: progress.totalBytes,
    bytes_done: progress.doneBytes,
    bytes_per_second: progress.bytesPerSecond,
    ...(eta !== undefined && { eta_seconds: eta }),
    in_step: progress.inStep,
    ...(execution.doubtful !== undefined && { doubtful: execution.doubtful }),
    ...(execution.pausedUntil && { paused_until: execution.pausedUntil.toISOString() }),
  }
}

/** What a task does, whatever it follows. */
const shownKinds = {
  plan: 'compare',
  copy: 'copy',
  follow: 'copy',
  withdraw: 'delete',
  delete: 'delete',
} as const satisfies Record<Missing['kind'], Schemas['ReplicationMissing']['kind']>

export const presentTask = (task: ReplicationTask): Schemas['ReplicationTask'] => {
  const { transfer } = task
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
    ...(transfer && {
      kind: shownKinds[transfer.kind],
      direction: transfer.direction,
      tags: transfer.tags,
      ...(transfer.digest !== '' && { digest: transfer.digest }),
      bytes_total: transfer.sizeBytes,
      bytes_done: transfer.doneBytes,
      attempts: transfer.attempts,
      ...(transfer.reason && { reason_code: transfer.reason }),
      // Without a failure it only waits: for its turn, or to look later. Being asked for patience counts no attempt.
      ...(task.status === 'Scheduled' &&
        (transfer.attempts > 0 || transfer.reason !== '') &&
        transfer.dueAt && { next_attempt_at: transfer.dueAt.toISOString() }),
    }),
  }
}

const presentMissing = (missing: Missing): Schemas['ReplicationMissing'] => ({
  task_id: missing.taskId,
  kind: shownKinds[missing.kind],
  repository: missing.repository,
  tags: missing.tags,
  ...(missing.digest !== '' && { digest: missing.digest }),
  ...(missing.sizeBytes > 0 && { size_bytes: missing.sizeBytes }),
  reason: missing.reason,
  ...(missing.reasonCode && { reason_code: missing.reasonCode }),
})

export const replicationExecutions: Handlers<
  | 'listReplicationExecutions'
  | 'startReplication'
  | 'getReplicationExecution'
  | 'stopReplication'
  | 'listReplicationTasks'
  | 'getReplicationLog'
  | 'retryReplication'
  | 'retryReplicationTask'
  | 'listReplicationMissing'
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

  async retryReplication({ core, actor, path }) {
    return { status: 202, body: { retried: await retryReplication(core, actor, toLongId(path.id)) } }
  },

  async retryReplicationTask({ core, actor, path }) {
    const retried = await retryReplicationTask(core, actor, toLongId(path.id), toLongId(path.task_id))
    return { status: 202, body: { retried } }
  },

  async listReplicationMissing(context) {
    const { core, actor, path } = context
    const range = context.listQuery()
    return page(context, range, await listMissing(core, actor, toLongId(path.id), range), presentMissing)
  },

  async getReplicationLog({ core, actor, path }) {
    const body = await getReplicationTaskLog(core, actor, toLongId(path.id), toLongId(path.task_id))
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
  },
}
