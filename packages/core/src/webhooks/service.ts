import { type AuditEvent, type AuditTransaction, oldAndNew, record } from '../audit/index.ts'
import { type Actor, authorize, type ProjectFacts, type ProjectRef } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, conflict, notFound } from '../errors/index.ts'
import { forgetExecutions } from '../executions/index.ts'
import { everything, type ListQuery, type Page } from '../list-query/index.ts'
import { overlapUntil } from '../signatures/index.ts'
import {
  MAX_POLICIES_PER_PROJECT,
  type PolicyInput,
  parseDescription,
  parseEventTypes,
  parseFilter,
  parseName,
  type WebhookEvent,
  type WebhookPolicy,
  webhookEvents,
} from './model.ts'
import { makeSecret } from './signature.ts'
import {
  insertPolicy,
  type PolicyData,
  readPolicies,
  readPolicy,
  readProjectsTold,
  removePolicy,
  updatePolicy,
} from './store.ts'
import { MASK, openSecrets, originOf, parseTargets } from './targets.ts'

type Deed = 'create' | 'read' | 'update' | 'delete' | 'list'

/** A policy of the project, for somebody who may do this. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function openPolicy(
  core: Core,
  actor: Actor,
  deed: Deed,
  ref: ProjectRef,
  id: number,
): Promise<{ project: ProjectFacts; policy: WebhookPolicy }> {
  const project = await authorize(core, actor, deed, 'notification-policy', ref)
  const policy = await readPolicy(core, project.id, id)
  if (!policy) throw notFound('webhook policy')
  return { project, policy }
}

/** A policy as it may be shown: what is secret of its targets is masked. */
export type ShownPolicy = Omit<WebhookPolicy, 'targets' | 'secret' | 'previousSecret'> & {
  targets: {
    type: string
    address: string
    authHeader: string
    skipCertVerify: boolean
    payloadFormat: string
    headers: Record<string, string>
  }[]
  signed: boolean
}

function show(core: Core, policy: WebhookPolicy): ShownPolicy {
  const { targets, secret, previousSecret: _, ...rest } = policy
  return {
    ...rest,
    signed: secret !== null,
    targets: targets.map((target) => {
      const { authHeader, headers } = openSecrets(core, target)
      const { id: _, sealed: __, ...shown } = target
      const masked = Object.fromEntries(Object.keys(headers).map((name) => [name, MASK]))
      return { ...shown, authHeader: authHeader === '' ? '' : MASK, headers: masked }
    }),
  }
}

export async function listWebhookPolicies(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  query: ListQuery,
): Promise<Page<ShownPolicy>> {
  const project = await authorize(core, actor, 'list', 'notification-policy', ref)
  const { items, total } = await readPolicies(core, project.id, query)
  return { items: items.map((policy) => show(core, policy)), total }
}

export async function getWebhookPolicy(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  id: number,
): Promise<ShownPolicy> {
  return show(core, (await openPolicy(core, actor, 'read', ref, id)).policy)
}

/** Whoever may list policies may know which types of events there are. */
export const authorizeEventTypes = (core: Core, actor: Actor, ref: ProjectRef): Promise<ProjectFacts> =>
  authorize(core, actor, 'read', 'notification-policy', ref)

function parseInput(core: Core, input: PolicyInput, before: WebhookPolicy | undefined): Partial<PolicyData> {
  return {
    ...(input.name !== undefined && { name: parseName(input.name) }),
    ...(input.description !== undefined && { description: parseDescription(input.description) }),
    ...(input.enabled !== undefined && { enabled: input.enabled }),
    ...(input.eventTypes !== undefined && { eventTypes: parseEventTypes(input.eventTypes) }),
    ...(input.targets !== undefined && {
      targets: parseTargets(core, input.targets, before?.targets ?? []),
    }),
    ...(input.repositoryFilter !== undefined && {
      repositoryFilter: parseFilter('repository_filter', input.repositoryFilter),
    }),
    ...(input.tagFilter !== undefined && { tagFilter: parseFilter('tag_filter', input.tagFilter) }),
  }
}

/** Gives the policy's id. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD_REQUEST, CONFLICT */
export async function createWebhookPolicy(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  input: PolicyInput,
): Promise<number> {
  const project = await authorize(core, actor, 'create', 'notification-policy', ref)
  const given = parseInput(core, input, undefined)
  const { eventTypes, targets } = given
  if (!eventTypes || !targets) throw badRequest('a webhook needs event_types and targets')
  const policy: PolicyData = {
    name: parseName(input.name),
    description: given.description ?? '',
    enabled: input.enabled ?? true,
    eventTypes,
    targets,
    repositoryFilter: given.repositoryFilter ?? '',
    tagFilter: given.tagFilter ?? '',
  }
  const creatorName = actor.kind === 'user' ? actor.username : actor.kind === 'robot' ? actor.name : 'system'
  const created = { ...policy, projectId: project.id, creatorName }
  const id = await insertPolicy(core, created, (tx) =>
    recordOf(core, tx, actor, 'create', { projectId: project.id, name: policy.name }, facts(policy)),
  )
  if (id === 'full') throw badRequest(`a project has at most ${MAX_POLICIES_PER_PROJECT} webhooks`)
  if (id === 'taken') throw sameName()
  if (id === 'missing') throw notFound('project')
  forgetTold(core)
  return id
}

/** Absent parts stay as they are. Errors as `createWebhookPolicy`. */
export async function updateWebhookPolicy(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  id: number,
  input: PolicyInput,
): Promise<void> {
  const { policy } = await openPolicy(core, actor, 'update', ref, id)
  const change = parseInput(core, input, policy)
  const enabling = change.enabled === true && !policy.enabled
  const detail = oldAndNew(facts(policy), facts({ ...policy, ...change }))
  const written = { ...change, ...(enabling && { deadInRow: 0, disabledReason: '' }) }
  const result = await updatePolicy(core, id, written, (tx) =>
    recordOf(core, tx, actor, 'update', policy, detail),
  )
  if (result === 'taken') throw sameName()
  if (result === 'missing') throw notFound('webhook policy')
  forgetTold(core)
}

/** With its deliveries. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function deleteWebhookPolicy(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  id: number,
): Promise<void> {
  const { project, policy } = await openPolicy(core, actor, 'delete', ref, id)
  const removed = await core.db.transaction(async (tx) => {
    if (!(await removePolicy(tx, project.id, id))) return false
    await forgetExecutions(tx, { vendorType: 'WEBHOOK', vendorId: id })
    await recordOf(core, tx, actor, 'delete', policy)
    return true
  })
  if (!removed) throw notFound('webhook policy')
  forgetTold(core)
}

/**
 * A new secret to sign with, shown this once. The former one signs as well for so many hours, so that receivers can be
 * told of the new one meanwhile.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD_REQUEST
 */
export async function rotateWebhookSecret(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  id: number,
  overlapHours?: number,
): Promise<{ secret: string; previousValidUntil: Date | null }> {
  const { policy } = await openPolicy(core, actor, 'update', ref, id)
  const overlap = overlapUntil(core.now(), overlapHours)
  const secret = makeSecret()
  const until = policy.secret === null ? null : overlap
  await writeSecret(core, actor, policy, {
    secret: core.secrets.encrypt('webhooks', secret),
    previousSecret: until && policy.secret,
    previousSecretUntil: until,
  })
  return { secret, previousValidUntil: until }
}

/** From now on deliveries are not signed. Errors as `rotateWebhookSecret`. */
export async function removeWebhookSecret(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  id: number,
): Promise<void> {
  const { policy } = await openPolicy(core, actor, 'update', ref, id)
  await writeSecret(core, actor, policy, { secret: null, previousSecret: null, previousSecretUntil: null })
}

async function writeSecret(
  core: Core,
  actor: Actor,
  policy: WebhookPolicy,
  change: Pick<WebhookPolicy, 'secret' | 'previousSecret' | 'previousSecretUntil'>,
): Promise<void> {
  const detail = { signed: change.secret !== null, previous_valid_until: change.previousSecretUntil }
  const result = await updatePolicy(core, policy.id, change, (tx) =>
    recordOf(core, tx, actor, 'refresh', policy, detail),
  )
  if (result !== 'done') throw notFound('webhook policy')
}

/** What the log tells of a policy: where to, without what may be secret of it. */
const facts = (policy: PolicyData) => ({
  name: policy.name,
  enabled: policy.enabled,
  event_types: policy.eventTypes,
  targets: policy.targets.map(({ type, address, payloadFormat, skipCertVerify }) => ({
    type,
    host: originOf(address),
    payload_format: payloadFormat,
    skip_cert_verify: skipCertVerify,
  })),
  repository_filter: policy.repositoryFilter,
  tag_filter: policy.tagFilter,
})

export const recordOf = (
  core: Core,
  tx: AuditTransaction | undefined,
  actor: Actor,
  action: (AuditEvent & { resourceType: 'webhook' })['action'],
  { projectId, name }: Pick<WebhookPolicy, 'projectId' | 'name'>,
  detail?: Record<string, unknown>,
): Promise<void> =>
  record(core, tx, { actor, resourceType: 'webhook', action, resource: name, projectId, detail })

const sameName = () => conflict('the project has a webhook of this name already')

/** When each policy last told of what, newest first. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function listLastTriggers(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
): Promise<{ policy: ShownPolicy; eventType: WebhookEvent; at: Date | undefined }[]> {
  const { items } = await listWebhookPolicies(core, actor, ref, everything)
  return items.flatMap((policy) =>
    policy.eventTypes.map((eventType) => {
      const at = policy.lastTriggers[eventType]
      return { policy, eventType, at: at === undefined ? undefined : new Date(at) }
    }),
  )
}

const TOLD_TTL_MS = 3_000
const told = (core: Core) => core.cache<Set<number>>('webhooks.told', TOLD_TTL_MS, webhookEvents.length)
const forgetTold = (core: Core) => told(core).clear()
const projectsToldOf = async (core: Core, type: WebhookEvent): Promise<ReadonlySet<number>> =>
  (await told(core).get(type, () => readProjectsTold(core, type)))!

/** Ids of the projects with a webhook that wants to hear of pulls, as of at most three seconds ago. */
export const projectsToldOfPulls = (core: Core): Promise<ReadonlySet<number>> =>
  projectsToldOf(core, 'PULL_ARTIFACT')

/** The same of replications. */
export const projectsToldOfReplications = (core: Core): Promise<ReadonlySet<number>> =>
  projectsToldOf(core, 'REPLICATION')
