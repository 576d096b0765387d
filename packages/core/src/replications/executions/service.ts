import { record } from '../../audit/index.ts'
import { type Actor, authorizeSystem } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError, notFound } from '../../errors/index.ts'
import {
  createExecution,
  type Execution,
  type ExecutionTransaction,
  type ExecutionTrigger,
  endExecution,
  purgeExecutions,
  readExecution,
  readExecutions,
  readLastExecutions,
  readTask,
  readTasks,
  removeHidden,
  SKIPPED,
} from '../../executions/index.ts'
import type { ListQuery, Page } from '../../list-query/index.ts'
import type { StartScheduled } from '../../schedules/index.ts'
import { REMOVED, REPLICATION, type ReplicationPolicy } from '../model.ts'
import { noProgress, readPlanning, readProgress } from '../progress/index.ts'
import { hasRunning, holdPolicy, readPolicy } from '../store.ts'
import { insertReplication, stopTransfers } from '../work/index.ts'
import type { Replication, ReplicationTask } from './model.ts'
import { countDoubtful, readPauses, readTransfers } from './store.ts'
import { statusesOf, triggersOf } from './words.ts'

const KEEP = 200
/** Of those that failed: an event-based policy has a run for each event, and what failed is to be tried again. */
const KEEP_FAILED = 2_000
const KEEP_MS = 90 * 24 * 60 * 60_000
const vendor = { vendorType: REPLICATION } as const
const missing = () => notFound('replication')

/** Begins within seconds. Gives the id of the execution. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, PRECONDITION */
export async function startReplication(core: Core, actor: Actor, policyId: number): Promise<number> {
  authorizeSystem(actor, 'create', 'replication')
  const policy = await readPolicy(core, policyId)
  if (!policy) throw notFound('replication policy')
  if (!policy.enabled) throw new DomainError('PRECONDITION', 'this replication policy is disabled')
  return core.db.transaction(async (tx) => {
    if (!(await holdPolicy(tx, policyId))) throw notFound('replication policy')
    const id = await start(core, tx, policy, 'MANUAL')
    await record(core, tx, {
      actor,
      action: 'start',
      resourceType: 'replication',
      resource: policy.name,
      detail: { executionId: id, policyId },
    })
    return id
  })
}

/** What the schedule of a policy does when it is time. */
export const startScheduledReplication: StartScheduled = async (core, tx, { vendorId }) => {
  const policy = await readPolicy(core, vendorId)
  if (policy?.enabled && (await holdPolicy(tx, vendorId))) await start(core, tx, policy, 'SCHEDULE')
}

/** The policy's row is held by the caller: nobody else starts it, and it does not go meanwhile. */
async function start(
  core: Core,
  tx: ExecutionTransaction,
  policy: ReplicationPolicy,
  trigger: ExecutionTrigger,
): Promise<number> {
  const { id: policyId, srcRegistryId, destRegistryId, singleActive } = policy
  if (singleActive && (await hasRunning(tx, policyId))) {
    const { id } = await createExecution(core, tx, { ...vendor, vendorId: policyId, trigger })
    const text = 'skipped: the replication before it is still under way'
    await endExecution(core, tx, id, 'Error', { text, reason: SKIPPED })
    return id
  }
  const registryId = (srcRegistryId ?? destRegistryId)!
  const direction = srcRegistryId === null ? 'push' : 'pull'
  const transfers = [{ kind: 'plan', direction, registryId }] as const
  return insertReplication(core, tx, { policyId, trigger, transfers })
}

export interface ReplicationQuery {
  policyId?: number
  /** Harbor's words, as InProgress and manual. */
  status?: string
  trigger?: string
}

/** Newest first, unless asked otherwise. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function listReplications(
  core: Core,
  actor: Actor,
  { policyId, status, trigger }: ReplicationQuery,
  query: ListQuery,
): Promise<Page<Replication>> {
  authorizeSystem(actor, 'list', 'replication')
  const filters = [
    ...query.filters,
    ...(status ? [{ field: 'status', match: 'any' as const, values: statusesOf(status) }] : []),
    ...(trigger ? [{ field: 'trigger', match: 'any' as const, values: triggersOf(trigger) }] : []),
  ]
  const found = await readExecutions(core, { ...vendor, vendorId: policyId }, { ...query, filters })
  return { ...found, items: await withProgress(core, found.items) }
}

/** Of policies, by their ids: the run that began last, and not one that was skipped. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function readLastReplications(
  core: Core,
  actor: Actor,
  policyIds: readonly number[],
): Promise<Map<number, Replication>> {
  authorizeSystem(actor, 'list', 'replication')
  const found = await withProgress(core, await readLastExecutions(core, REPLICATION, policyIds))
  return new Map(found.map((replication) => [replication.vendorId, replication]))
}

/** @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function getReplication(core: Core, actor: Actor, id: number): Promise<Replication> {
  authorizeSystem(actor, 'read', 'replication')
  const [replication] = await withProgress(core, [await findReplication(core, id)])
  if (!replication!.endedAt) return replication!
  return { ...replication!, doubtful: replication!.tasks.Error > 0 ? await countDoubtful(core, id) : 0 }
}

async function withProgress(core: Core, executions: readonly Execution[]): Promise<Replication[]> {
  const ids = executions.map(({ id }) => id)
  const running = executions.filter(({ endedAt }) => endedAt === null)
  const policyIds = [...new Set(running.map(({ vendorId }) => vendorId))]
  const [progress, planning, pauses] = await Promise.all([
    readProgress(core, ids),
    readPlanning(
      core,
      running.map(({ id }) => id),
    ),
    readPauses(core, policyIds, new Date(core.now())),
  ])
  return executions.map((execution) => {
    const known = progress.get(execution.id) ?? noProgress
    const bytesPerSecond = execution.endedAt ? 0 : known.bytesPerSecond
    const pausedUntil = execution.endedAt ? undefined : pauses.get(execution.vendorId)
    return {
      ...{ ...execution, progress: { ...known, bytesPerSecond }, planning: planning.has(execution.id) },
      ...(pausedUntil && { pausedUntil }),
    }
  })
}

/** What runs of it ends within seconds; nothing happens to one that has ended. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function stopReplication(core: Core, actor: Actor, id: number): Promise<void> {
  authorizeSystem(actor, 'create', 'replication')
  const { vendorId } = await findReplication(core, id)
  const resource = (await readPolicy(core, vendorId))?.name ?? String(vendorId)
  const line = { actor, action: 'stop', resourceType: 'replication', resource } as const
  const detail = { executionId: id, policyId: vendorId }
  await stopTransfers(core, id, (tx) => record(core, tx, { ...line, detail }))
}

/** Oldest first. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function listReplicationTasks(
  core: Core,
  actor: Actor,
  id: number,
  { status, resourceType }: { status?: string; resourceType?: string },
  query: ListQuery,
): Promise<Page<ReplicationTask>> {
  authorizeSystem(actor, 'list', 'replication')
  await findReplication(core, id)
  // Whatever is replicated is an image in Harbor's words.
  if (resourceType && resourceType !== 'image') return { items: [], total: 0 }
  const filters = [
    ...query.filters,
    ...(status ? [{ field: 'status', match: 'any' as const, values: statusesOf(status) }] : []),
  ]
  const found = await readTasks(core, id, { ...query, filters })
  const transfers = await readTransfers(
    core,
    found.items.map((task) => task.id),
  )
  return { ...found, items: found.items.map((task) => ({ ...task, transfer: transfers.get(task.id) })) }
}

/** What a task told of itself. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function getReplicationTaskLog(
  core: Core,
  actor: Actor,
  id: number,
  taskId: number,
): Promise<string> {
  authorizeSystem(actor, 'read', 'replication')
  await findReplication(core, id)
  const task = await readTask(core, id, taskId)
  if (!task) throw notFound('task')
  return task.log
}

/** Forgets old executions; those that went well push none out that failed. Gives how many. */
export async function purgeReplications(core: Core, signal?: AbortSignal): Promise<number> {
  const left = await removeHidden(core, REMOVED, signal)
  const disposal = { endedBefore: new Date(core.now() - KEEP_MS), signal }
  const well = await purgeExecutions(core, REPLICATION, { ...disposal, keep: KEEP, failed: false })
  return (
    left + well + (await purgeExecutions(core, REPLICATION, { ...disposal, keep: KEEP_FAILED, failed: true }))
  )
}

/** @throws DomainError NOT_FOUND */
export async function findReplication(core: Core, id: number): Promise<Execution> {
  const execution = await readExecution(core, vendor, id)
  if (!execution) throw missing()
  return execution
}
