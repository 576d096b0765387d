import {
  type Actor,
  authorize,
  isPrivileged,
  type ProjectRef,
  projectsWith,
  refusal,
  robotHoldsInSystem,
} from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { eventTypeOf, type NewEvent, raise } from '../events/index.ts'
import type { ListQuery } from '../list-query/index.ts'
import { plainText } from '../plain-text/index.ts'
import { type AuditActor, type AuditEvent, type AuditLine, auditEventTypes, lengths } from './model.ts'
import { currentOrigin, type Origin } from './origin.ts'
import { type AuditPage, readAuditPage } from './pages.ts'
import { maskDetail } from './rules.ts'
import { type AuditTransaction, insertLines, readDisabledTypes, type Visible } from './store.ts'

/**
 * Writes lines, in the transaction of the change that it tells of: both are there or neither; and with them its event,
 * for whoever wants to hear of it. `tx` undefined: what happened is no change, as a sign-in, and has no event.
 */
export function record(
  core: Core,
  tx: AuditTransaction | undefined,
  ...lines: readonly AuditLine[]
): Promise<void> {
  const [origin, at] = [currentOrigin(), new Date(core.now())]
  return recordPast(
    core,
    tx,
    lines.map((line) => ({ line, origin, at })),
  )
}

/** Makes a change and writes its line, both or neither. False, and no line, when there was nothing to change. */
export const recordChange = (
  core: Core,
  line: AuditLine,
  change: (tx: AuditTransaction) => Promise<{ count: number }>,
): Promise<boolean> =>
  core.db.transaction(async (tx) => {
    if ((await change(tx)).count === 0) return false
    await record(core, tx, line)
    return true
  })

/** A line that is written later than it happened. */
export interface PastLine {
  line: AuditLine
  origin: Origin
  at: Date
  /** False: nobody asks for its event. */
  told?: boolean
}

export const recordFrom = (
  core: Core,
  tx: AuditTransaction | undefined,
  line: AuditLine,
  origin: Origin,
  at: Date,
): Promise<void> => recordPast(core, tx, [{ line, origin, at }])

/** Lines in one statement and their events in another; as `record`. */
export async function recordPast(
  core: Core,
  tx: AuditTransaction | undefined,
  past: readonly PastLine[],
): Promise<void> {
  const disabled = await disabledTypes(core)
  const wanted = past.filter(({ line }) => !disabled.has(typeOf(line)))
  if (wanted.length > 0) await insertLines(core, tx, wanted.map(rowOf))
  if (!tx) return
  const told = past.filter(({ line, told = true }) => told && (line.result ?? 'ok') === 'ok')
  await raise(tx, ...told.map(({ line, origin, at }) => eventOf(line, origin, at)))
}

const DISABLED_TTL_MS = 3_000
/** Types whose lines are left out; their events are told all the same. */
const disabledTypes = async (core: Core): Promise<ReadonlySet<string>> =>
  (await core
    .cache<ReadonlySet<string>>('audit.disabled', DISABLED_TTL_MS, 1)
    .get('', () => readDisabledTypes(core)))!

/** Harbor's name for it, as `create_user`. */
export const typeOf = ({ action, resourceType }: AuditEvent): string => `${action}_${resourceType}`

const rowOf = ({ line, origin, at }: PastLine) => ({
  ...whoAndWhen(line, origin, at),
  credential: line.credential ?? credentialOf(line.actor),
  address: plainText(origin.address, lengths.address),
  userAgent: plainText(origin.userAgent, lengths.userAgent),
  action: line.action,
  resourceType: line.resourceType,
  resource: plainText(line.resource, lengths.resource),
  result: line.result ?? 'ok',
  times: line.times ?? 1,
  detail: maskDetail(line.detail),
})

/** Only the event, for what has no line of its own: a walk has one for all that it found. */
export const tell = (core: Core, tx: AuditTransaction, ...lines: readonly AuditLine[]): Promise<void> =>
  raise(tx, ...lines.map((line) => eventOf(line, currentOrigin(), new Date(core.now()))))

const eventOf = (line: AuditLine, origin: Origin, at: Date): NewEvent => ({
  ...whoAndWhen(line, origin, at),
  type: eventTypeOf(line),
  subject: plainText(line.subject ?? line.resource, lengths.resource),
  payload: maskDetail(line.event) ?? { detail: maskDetail(line.detail) },
})

const whoAndWhen = ({ actor, actorName, projectId }: AuditLine, origin: Origin, at: Date) => ({
  at,
  actorKind: actor.kind,
  actorId: actor.kind === 'user' || actor.kind === 'robot' ? actor.id : null,
  actorName: plainText(actorName ?? nameOf(actor), lengths.name),
  requestId: plainText(origin.requestId, lengths.requestId),
  projectId: projectId ?? null,
})

function nameOf(actor: AuditActor): string {
  if (actor.kind === 'user') return actor.username
  return actor.kind === 'robot' ? actor.name : actor.kind
}

function credentialOf(actor: AuditActor): string {
  if (actor.kind === 'user') return actor.via
  return actor.kind === 'robot' ? 'robot-secret' : ''
}

/**
 * Newest first: everything for administrators, for others what happened in projects where they may read the log.
 *
 * @throws DomainError UNAUTHORIZED, BAD_REQUEST
 */
export async function listAuditLines(core: Core, actor: Actor, query: ListQuery): Promise<AuditPage> {
  if (actor.kind === 'anonymous') throw refusal(actor)
  return readAuditPage(core, await visibleTo(core, actor), query)
}

export async function visibleTo(core: Core, actor: Actor): Promise<Visible> {
  if (isPrivileged(actor)) return 'everything'
  if (actor.kind === 'robot' && robotHoldsInSystem(actor, 'list', 'audit-log')) return 'everything'
  const [projects] = await projectsWith(core, actor, [{ action: 'list', resource: 'log' }])
  return projects === 'all' ? 'projects' : [...projects!.own, ...projects!.others]
}

/** What happened in the project, newest first. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, BAD_REQUEST */
export async function listProjectAuditLines(
  core: Core,
  actor: Actor,
  ref: ProjectRef,
  query: ListQuery,
): Promise<AuditPage> {
  const project = await authorize(core, actor, 'list', 'log', ref)
  return readAuditPage(core, [project.id], query)
}

/** Every type of event there can be, as Harbor writes them: `create_user`. @throws DomainError UNAUTHORIZED */
export async function listAuditEventTypes(actor: Actor): Promise<string[]> {
  if (actor.kind === 'anonymous') throw refusal(actor)
  return auditEventTypes()
}
