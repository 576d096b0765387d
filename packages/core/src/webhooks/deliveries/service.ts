import type { Actor, ProjectRef } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError, notFound } from '../../errors/index.ts'
import {
  type Execution,
  forgetExecutions,
  purgeExecutions,
  readExecution,
  readExecutions,
  readTask,
  readTasks,
  readVendorIds,
  type Task,
} from '../../executions/index.ts'
import type { ListQuery, Page } from '../../list-query/index.ts'
import type { WebhookPolicy } from '../model.ts'
import { bodyFor } from '../payloads.ts'
import type { Answer } from '../rules.ts'
import { openPolicy, recordOf } from '../service.ts'
import { lockPolicy, readPolicyIds } from '../store.ts'
import { attempt } from './attempt.ts'
import { limits } from './limits.ts'
import type { Delivery } from './model.ts'
import { freeStranded, readDeadIds, readDeliveries, readDelivery, restartDelivery } from './store.ts'

// Every use case: DomainError UNAUTHORIZED, FORBIDDEN; NOT_FOUND also for what belongs to another project or policy.

const vendorOf = ({ id }: WebhookPolicy) => ({ vendorType: 'WEBHOOK', vendorId: id }) as const

export async function listWebhookExecutions(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  policyId: number,
  query: ListQuery,
): Promise<Page<Execution>> {
  const { policy } = await openPolicy(core, actor, 'read', ref, policyId)
  return readExecutions(core, vendorOf(policy), query)
}

async function openExecution(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  { policyId, executionId }: { policyId: number; executionId: number },
): Promise<Execution> {
  const { policy } = await openPolicy(core, actor, 'read', ref, policyId)
  const execution = await readExecution(core, vendorOf(policy), executionId)
  if (!execution) throw notFound('execution')
  return execution
}

export async function listWebhookTasks(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  where: { policyId: number; executionId: number },
  query: ListQuery,
): Promise<Page<Task>> {
  const { id } = await openExecution(core, actor, ref, where)
  return readTasks(core, id, query)
}

export async function getWebhookTaskLog(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  { taskId, ...where }: { policyId: number; executionId: number; taskId: number },
): Promise<string> {
  const { id } = await openExecution(core, actor, ref, where)
  const task = await readTask(core, id, taskId)
  if (!task) throw notFound('task')
  return task.log
}

export async function listWebhookDeliveries(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  policyId: number,
  query: ListQuery,
): Promise<Page<Delivery>> {
  const { policy } = await openPolicy(core, actor, 'read', ref, policyId)
  return readDeliveries(core, policy.id, query)
}

export async function getWebhookDelivery(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  policyId: number,
  id: number,
): Promise<Delivery & { body: string }> {
  const { policy } = await openPolicy(core, actor, 'read', ref, policyId)
  const delivery = await readDelivery(core, policy.id, id)
  if (!delivery) throw notFound('delivery')
  return delivery
}

function requireEnabled({ enabled }: { enabled: boolean }): void {
  if (!enabled) throw new DomainError('PRECONDITION', 'the webhook is disabled; enable it first')
}

/** Sends a delivery that is through once more, under the same id. @throws also DomainError PRECONDITION */
export async function redeliverWebhook(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  policyId: number,
  id: number,
): Promise<void> {
  const { policy } = await openPolicy(core, actor, 'update', ref, policyId)
  const delivery = await readDelivery(core, policy.id, id)
  if (!delivery) throw notFound('delivery')
  requireEnabled(policy)
  const restarted = await core.db.transaction(async (tx) => {
    if (!(await lockPolicy(tx, policy.id))) throw notFound('webhook policy')
    if (!(await restartDelivery(core, tx, policy.id, id))) return false
    await recordOf(core, tx, actor, 'retry', policy, { delivery: delivery.uid })
    return true
  })
  if (!restarted) throw new DomainError('PRECONDITION', 'the delivery is under way already')
}

const BATCH = 100
// Some seconds; whoever asked goes on with the rest.
const MAX_REDELIVERED = 500

/** Sends once more what was given up until now, in its order, up to 500 at once. `more`: there are others. */
export async function redeliverDeadWebhooks(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  policyId: number,
): Promise<{ deliveries: number; more: boolean }> {
  const { policy } = await openPolicy(core, actor, 'update', ref, policyId)
  requireEnabled(policy)
  let deliveries = 0
  let after = 0
  for (let seen = 0; seen < MAX_REDELIVERED; seen += BATCH) {
    const ids = await readDeadIds(core, policy.id, after, BATCH)
    if (ids.length === 0) return { deliveries, more: false }
    deliveries += await core.db.transaction(async (tx) => {
      if (!(await lockPolicy(tx, policy.id))) return 0
      let restarted = 0
      for (const id of ids) if (await restartDelivery(core, tx, policy.id, id)) restarted++
      // A line for each transaction: what is sent again is written down, wherever this ends.
      if (restarted > 0) await recordOf(core, tx, actor, 'retry', policy, { deliveries: restarted })
      return restarted
    })
    after = ids.at(-1)!
  }
  // Nobody goes on for ever with those that cannot be sent again.
  return { deliveries, more: deliveries > 0 && (await readDeadIds(core, policy.id, after, 1)).length > 0 }
}

const testing = new Set<number>()

/**
 * Sends a small payload of the type TEST to one of the targets, now, and gives the answer. Nothing of it is kept.
 *
 * @throws also DomainError TOO_MANY_REQUEST while another test of the webhook is under way
 */
export async function testWebhook(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  policyId: number,
  target = 0,
): Promise<Answer & { delivered: boolean }> {
  const { policy, project } = await openPolicy(core, actor, 'update', ref, policyId)
  const chosen = policy.targets[target]
  if (!chosen) throw notFound('target')
  if (testing.has(policy.id))
    throw new DomainError('TOO_MANY_REQUEST', 'the webhook is being tested already', { retryAfterSeconds: 1 })
  testing.add(policy.id)
  try {
    const uid = crypto.randomUUID()
    const notice = {
      type: 'TEST' as const,
      at: new Date(core.now()),
      operator: actor.kind === 'user' ? actor.username : actor.kind,
      requestId: '',
      projectId: project.id,
      project: project.name,
      public: project.public,
      resources: [],
    }
    const host = core.settings.externalUrl.replace(/^https?:\/\//, '')
    const body = bodyFor(chosen, notice, { id: uid, policyId: policy.id, host })
    const { answer, delivered } = await attempt(core, policy, chosen, {
      uid,
      event: 'TEST',
      body,
      attempt: 1,
    })
    await recordOf(core, undefined, actor, 'test', policy, { status: answer.status, error: answer.error })
    return { ...answer, delivered }
  } finally {
    testing.delete(policy.id)
  }
}

/** Of each policy, of what arrived and of dead letters each. Beyond it the oldest go, however young they are. */
const KEEP = 10_000
const DAY_MS = 86_400_000
/** What never arrived stays for a season at least: somebody may still want to send it again. */
const DEAD_DAYS = 90

/**
 * Forgets deliveries that are through: those older than the setting, and those beyond a number. Dead letters age apart,
 * so that however much arrives pushes none of them out. Gives how many.
 */
export async function purgeWebhooks(
  core: Core,
  signal?: AbortSignal,
): Promise<{ removed: number; freed: number }> {
  const { retentionDays } = await limits(core)
  const daysAgo = (days: number) => new Date(core.now() - days * DAY_MS)
  const kinds = [
    { failed: false, endedBefore: daysAgo(retentionDays) },
    { failed: true, endedBefore: daysAgo(Math.max(retentionDays, DEAD_DAYS)) },
  ]
  let removed = 0
  for (const kind of kinds) removed += await purgeExecutions(core, 'WEBHOOK', { keep: KEEP, signal, ...kind })
  const known = await readPolicyIds(core)
  // Left behind by a project that is gone.
  for (const vendorId of await readVendorIds(core, 'WEBHOOK'))
    if (!known.has(vendorId))
      removed += await core.db.transaction((tx) => forgetExecutions(tx, { vendorType: 'WEBHOOK', vendorId }))
  return { removed, freed: await freeStranded(core) }
}
