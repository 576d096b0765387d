import { projectOf } from '../../artifacts/index.ts'
import { projectFacts } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { type NewEvent, raise } from '../../events/index.ts'
import {
  type ExecutionTransaction,
  type HeldExecution,
  lockExecution,
  type TaskStatus,
} from '../../executions/index.ts'
import { type Registry, readRegistry } from '../../registries/index.ts'
import { projectsToldOfReplications } from '../../webhooks/index.ts'
import type { ReplicationPolicy } from '../model.ts'
import type { Reason } from '../reasons.ts'
import { raiseRecovered } from '../recovered.ts'
import { holdPolicy, readPolicy } from '../store.ts'
import type { Transfer } from './model.ts'
import { countFailed, hasFailed } from './store.ts'

/** What there is to tell of a transfer that ends, read before the transaction in which it does. */
export interface Telling {
  projectId: number
  isPublic: boolean
  policy: ReplicationPolicy
  registry: Registry
}

/** Undefined when nobody wants to hear of it. */
export async function readTelling(core: Core, transfer: Transfer): Promise<Telling | undefined> {
  if (transfer.kind === 'plan' || transfer.isLook) return undefined
  const told = await projectsToldOfReplications(core)
  if (told.size === 0) return undefined
  const here = transfer.direction === 'push' ? transfer.source : transfer.target
  const project = await projectFacts(core, { name: projectOf(here) })
  if (!project || !told.has(project.id)) return undefined
  const [policy, registry] = await Promise.all([
    readPolicy(core, transfer.policyId),
    readRegistry(core, transfer.registryId),
  ])
  return policy && registry && { projectId: project.id, isPublic: project.public, policy, registry }
}

const bySystem = { actorKind: 'system', actorId: null, actorName: 'system', requestId: '' } as const

/** An artifact that has ended, and those who want to hear of it. */
interface EndedTransfer {
  transfer: Transfer
  telling: Telling
  status: TaskStatus
  /** Of one that failed. The sentence is for administrators: it may repeat what a registry said. */
  reason: Reason | undefined
}

/**
 * Tells what ends with tasks, in the transaction in which they do: the artifacts, and that a policy fails now or does so no
 * more, when their execution ends. Its row is held by the caller.
 */
export async function tellEnds(
  core: Core,
  tx: ExecutionTransaction,
  execution: Pick<HeldExecution, 'id' | 'status' | 'trigger' | 'startedAt' | 'endedAt'>,
  policyId: number,
  ended: readonly EndedTransfer[] = [],
): Promise<void> {
  const { id: executionId, endedAt, status, trigger } = execution
  for (const one of ended) await raise(tx, artifactEnded(core, one, execution))
  if (!endedAt) return
  if (status === 'Error') await fails(core, tx, { executionId, policyId }, endedAt)
  else if (status === 'Success') await failsNoMore(core, tx, policyId, trigger)
}

/** As `tellEnds`, where nothing is told but how an execution ended. */
export async function tellEnd(
  core: Core,
  tx: ExecutionTransaction,
  { executionId, policyId }: Pick<Transfer, 'executionId' | 'policyId'>,
): Promise<void> {
  const execution = await lockExecution(tx, executionId)
  if (execution) await tellEnds(core, tx, execution, policyId)
}

async function fails(
  core: Core,
  tx: ExecutionTransaction,
  { executionId, policyId }: Pick<Transfer, 'executionId' | 'policyId'>,
  at: Date,
): Promise<void> {
  await holdPolicy(tx, policyId)
  const { count } = await tx.replicationPolicy.updateMany({
    where: { id: policyId, failingSince: null },
    data: { failingSince: at },
  })
  if (count === 0) return
  const policy = await tx.replicationPolicy.findUnique({ where: { id: policyId }, select: { name: true } })
  const tasks = await countFailed(core, tx, executionId)
  await raise(tx, {
    ...{ at, type: 'replication.failed', projectId: null, subject: `replication-policy ${policyId}` },
    ...bySystem,
    payload: { policyId, policyName: policy?.name ?? '', executionId, tasks, since: at.toISOString() },
  })
}

/** What an event brought says nothing of what others could not bring; a comparison of both sides does. */
async function failsNoMore(
  core: Core,
  tx: ExecutionTransaction,
  policyId: number,
  trigger: string,
): Promise<void> {
  const policy = await tx.replicationPolicy.findUnique({
    where: { id: policyId },
    select: { failingSince: true },
  })
  if (!policy?.failingSince) return
  // One that fails at the same moment is seen, or sees this.
  await holdPolicy(tx, policyId)
  if (trigger === 'EVENT' && (await hasFailed(core, tx, policyId, policy.failingSince))) return
  const { count } = await tx.replicationPolicy.updateMany({
    where: { id: policyId, failingSince: { not: null } },
    data: { failingSince: null },
  })
  if (count === 0) return
  await raiseRecovered(core, tx, policyId)
}

/** With Harbor's facts of a replication, one artifact each; one that was stopped has neither come nor failed. */
export function artifactEnded(
  core: Core,
  { transfer, telling, status, reason }: EndedTransfer,
  { startedAt, trigger }: Pick<HeldExecution, 'startedAt' | 'trigger'>,
): NewEvent {
  const { direction, source, target, tags, digest } = transfer
  const { projectId, isPublic, policy, registry } = telling
  const here = direction === 'push' ? source : target
  const names = tags.length > 0 ? `:[${tags.join(',')}]` : `@${digest}`
  const artifact = {
    type: 'image',
    status,
    name_tag: `${target.slice(target.lastIndexOf('/') + 1)}${names}`.slice(0, 1_000),
  }
  const there = { registry_name: registry.name, registry_type: registry.type, endpoint: registry.url }
  const local = { registry_type: 'berth', endpoint: core.settings.externalUrl }
  const namespaceOf = (repository: string) => repository.slice(0, Math.max(0, repository.lastIndexOf('/')))
  return {
    ...{ at: new Date(core.now()), type: 'replication_task.ended', projectId, subject: here, ...bySystem },
    payload: {
      repository: here,
      public: isPublic,
      operator: trigger,
      replication: {
        harbor_hostname: new URL(core.settings.externalUrl).host,
        job_status: status,
        description: policy.description,
        artifact_type: 'image',
        authentication_type: registry.credentialType,
        override_mode: policy.override,
        trigger_type: trigger,
        policy_creator: policy.creatorName,
        execution_timestamp: Math.floor(startedAt.getTime() / 1_000),
        src_resource: { ...(direction === 'push' ? local : there), namespace: namespaceOf(source) },
        dest_resource: { ...(direction === 'push' ? there : local), namespace: namespaceOf(target) },
        successful_artifact: status === 'Success' ? [artifact] : [],
        failed_artifact: status === 'Error' ? [{ ...artifact, fail_reason: reason }] : [],
      },
    },
  }
}
