import { createHash, randomUUID } from 'node:crypto'
import type { Core } from '../context/index.ts'
import type { EventTransaction, EventType, OutboxEvent, Subscriber } from '../events/index.ts'
import { insertDeliveries, readOpenKeys } from './deliveries/store.ts'
import type { WebhookEvent, WebhookPolicy } from './model.ts'
import { bodyFor, type Notice } from './payloads.ts'
import { isWanted } from './rules.ts'
import { lockPolicy, readCreationTimes, readEnabled, writeTriggers } from './store.ts'
import { originOf } from './targets.ts'

const types = {
  'artifact.pushed': 'PUSH_ARTIFACT',
  // Put on an artifact through the API. To Harbor that is no event; who deploys what a tag names must hear of it.
  'tag.created': 'PUSH_ARTIFACT',
  'artifact.pulled': 'PULL_ARTIFACT',
  'artifact.deleted': 'DELETE_ARTIFACT',
  'quota.exceeded': 'QUOTA_EXCEED',
  'quota.warned': 'QUOTA_WARNING',
  'replication_task.ended': 'REPLICATION',
} as const satisfies Partial<Record<EventType, WebhookEvent>>

/** Makes deliveries out of what happened; to send them is a job's business. */
export const webhookSubscriber: Subscriber = {
  name: 'webhooks',
  types: Object.keys(types) as EventType[],
  take,
}

/** Deliveries that one transaction writes: a few seconds on a busy machine. */
const MAX_AT_ONCE = 1_000

interface Wanted {
  policy: WebhookPolicy
  event: OutboxEvent
  notice: Notice
}

async function take(core: Core, tx: EventTransaction, events: readonly OutboxEvent[]): Promise<void> {
  const projects = new Set(events.map(({ projectId }) => projectId).filter((id) => id !== null))
  const policies = await readEnabled(core, [...projects])
  if (policies.length === 0) return
  const wanted = await readWanted(tx, policies, events)
  if (wanted.length === 0) return
  // In one order, as everybody locks them; a policy that was disabled meanwhile wants nothing any more.
  const held = new Set<number>()
  for (const id of [...new Set(wanted.map(({ policy }) => policy.id))].sort((a, b) => a - b))
    if ((await lockPolicy(tx, id))?.enabled) held.add(id)
  await write(
    core,
    tx,
    wanted.filter(({ policy }) => held.has(policy.id)),
  )
}

async function readWanted(
  tx: EventTransaction,
  policies: readonly WebhookPolicy[],
  events: readonly OutboxEvent[],
): Promise<Wanted[]> {
  const wanted: Wanted[] = []
  for (const event of events) {
    const notice = noticeOf(event)
    if (!notice) continue
    for (const policy of policies)
      if (policy.projectId === event.projectId && isWanted(policy, notice))
        wanted.push({ policy, event, notice })
  }
  const ids = new Set(
    wanted.map(({ event }) => Number(event.payload.repositoryId)).filter(Number.isSafeInteger),
  )
  const createdAt = await readCreationTimes(tx, [...ids])
  for (const { event, notice } of wanted)
    if (notice.repository) notice.repository.createdAt = createdAt.get(Number(event.payload.repositoryId))
  return wanted
}

async function write(core: Core, tx: EventTransaction, wanted: readonly Wanted[]): Promise<void> {
  const host = core.settings.externalUrl.replace(/^https?:\/\//, '')
  const planned = wanted.flatMap(({ policy, event, notice }) =>
    policy.targets.map((target) => {
      const uid = randomUUID()
      return {
        policyId: policy.id,
        uid,
        eventType: notice.type as WebhookEvent,
        target: target.id,
        host: originOf(target.address).slice(0, 300),
        subject: event.subject,
        orderKey: createHash('sha256').update(`${policy.id} ${target.id} ${event.subject}`).digest('hex'),
        notifyType: target.type,
        operator: notice.operator,
        body: bodyFor(target, notice, { id: uid, policyId: policy.id, host }),
      }
    }),
  )
  // The dispatcher then gives the events in halves, in their order: no transaction becomes too long to end.
  if (planned.length > MAX_AT_ONCE && new Set(wanted.map(({ event }) => event.id)).size > 1)
    throw new Error(`${planned.length} deliveries are too many for one transaction`)
  const open = await readOpenKeys(tx, [...new Set(planned.map(({ orderKey }) => orderKey))])
  const ordered = planned.map((delivery) => {
    const blocked = open.has(delivery.orderKey)
    open.add(delivery.orderKey)
    return { ...delivery, blocked }
  })
  await insertDeliveries(core, tx, ordered)
  const triggered = new Map<number, WebhookPolicy['lastTriggers']>()
  for (const { policy, notice } of wanted) {
    const times = triggered.get(policy.id) ?? { ...policy.lastTriggers }
    times[notice.type as WebhookEvent] = notice.at.toISOString()
    triggered.set(policy.id, times)
  }
  for (const [id, lastTriggers] of triggered) await writeTriggers(tx, { id, lastTriggers })
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** The tag that was pushed or pulled, or all that went with a deleted artifact; without any its digest, as in Harbor. */
function tagsOf({ tag, tags }: OutboxEvent['payload'], digest: string | undefined): (string | undefined)[] {
  const one = text(tag)
  const all = one !== undefined ? [one] : Array.isArray(tags) ? tags.flatMap((each) => text(each) ?? []) : []
  return all.length > 0 ? all : [digest]
}

/** The event as a receiver is told of it. Undefined: it is not told. */
export function noticeOf({ type, payload, ...event }: OutboxEvent): Notice | undefined {
  const repository = text(payload.repository)
  const project = repository?.split('/')[0] ?? text(payload.project)
  if (!Object.hasOwn(types, type) || event.projectId === null || project === undefined) return undefined
  const digest = text(payload.digest)
  const details = text(payload.details)
  const ofArtifact = /^(artifact|tag)\./.test(type)
  return {
    type: types[type as keyof typeof types],
    at: event.at,
    // Of a replication Harbor names what it was begun by.
    operator: text(payload.operator) ?? event.actorName,
    requestId: event.requestId,
    projectId: event.projectId,
    project,
    public: payload.public === true,
    ...(repository !== undefined && { repository: { fullName: repository } }),
    resources: ofArtifact
      ? tagsOf(payload, digest).map((tag) => ({ digest, tag }))
      : digest === undefined
        ? []
        : [{ digest }],
    ...(details !== undefined && { attributes: { Details: details } }),
    ...(isRecord(payload.replication) && { replication: payload.replication }),
  }
}
