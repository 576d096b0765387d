import type { Actor, AnonymousActor, RobotActor, SystemActor, UserActor } from '../authorization/index.ts'
import type { Columns } from '../list-query/index.ts'

/**
 * Everything that can stand in the log: what it happened to, and what happened. Together they are Harbor's type of an
 * event, as `create_user`. A feature that records something new adds it here.
 */
export const auditEvents = {
  user: ['create', 'delete', 'lock', 'login', 'logout', 'update'],
  session: ['delete'],
  robot: ['create', 'delete', 'lock', 'login', 'refresh', 'update'],
  member: ['create', 'delete', 'update'],
  user_group: ['create', 'delete', 'update'],
  configuration: ['test', 'update'],
  access_token: ['create', 'delete'],
  second_factor: ['create', 'delete', 'refresh'],
  cli_secret: ['refresh'],
  identity_trust: ['create', 'delete', 'update'],
  project: ['create', 'delete', 'read', 'update'],
  system: ['read'],
  artifact: ['create', 'delete', 'pull', 'update'],
  tag: ['create', 'delete'],
  blob: ['delete'],
  repository: ['delete', 'update'],
  immutable_rule: ['create', 'delete', 'update'],
  label: ['create', 'delete', 'update'],
  quota: ['recalculate', 'update'],
  registry_walk: ['finish', 'resume', 'start', 'stop'],
  registry: ['create', 'delete', 'test', 'update'],
  registry_event: ['retry'],
  replication_policy: ['create', 'delete', 'update'],
  replication: ['retry', 'start', 'stop'],
  event_failure: ['delete', 'retry'],
  signing_key: ['rotate'],
  audit_log: ['export', 'purge'],
  webhook: ['create', 'delete', 'refresh', 'retry', 'test', 'update'],
  audit_destination: ['create', 'delete', 'test', 'update'],
  audit_purge: ['create', 'stop'],
  schedule: ['create', 'delete', 'update'],
  job_queue: ['pause', 'resume', 'stop'],
  job: ['stop'],
  /** Somebody looked for people or groups in it. */
  directory: ['read'],
  /** People of the directory who are missing among too many; `stop`: somebody keeps them. Whose access ends has a line of their own. */
  directory_hold: ['start', 'stop'],
} as const satisfies Record<string, readonly string[]>

/** Every type of event there can be, as Harbor writes them: `create_user`. */
export const auditEventTypes = (): string[] =>
  Object.entries(auditEvents)
    .flatMap(([resourceType, actions]) => actions.map((action) => `${action}_${resourceType}`))
    .sort()

type Events = typeof auditEvents
/** Resource type and action as one of the table above. */
export type AuditEvent = {
  [R in keyof Events]: { resourceType: R; action: Events[R][number] }
}[keyof Events]

/** `refused`: it was not allowed. `failed`: it was, and went wrong. */
export type AuditResult = 'ok' | 'refused' | 'failed'

/** As much of an actor as a line keeps. */
export type AuditActor =
  | Pick<UserActor, 'kind' | 'id' | 'username' | 'via'>
  | Pick<RobotActor, 'kind' | 'id' | 'name'>
  | AnonymousActor
  | SystemActor

/** What a use case says of what it did. Where it was asked from is known already: see `withOrigin`. */
export type AuditLine = AuditEvent & {
  actor: AuditActor
  /** In place of the actor's own name: the one that somebody tried to sign in with. */
  actorName?: string
  /** How the actor proved who they are; follows from the actor where absent. */
  credential?: string
  /** The name of what it happened to. */
  resource: string
  projectId?: number | null
  result?: AuditResult
  /** What else is worth knowing, as what was there before. Values under names of secrets are masked. */
  detail?: Record<string, unknown>
  /** How often it happened, when like things are counted together. */
  times?: number
  /** What subscribers of the event get, with ids and names as they are now; the detail where absent. */
  event?: Record<string, unknown>
  /** Events of one subject are told in their order: the resource where absent. */
  subject?: string
}

/** A line as it is read. */
export interface ListedAuditLine {
  id: number
  at: Date
  actorKind: Actor['kind']
  actorId: number | null
  actorName: string
  credential: string
  address: string
  userAgent: string
  requestId: string
  action: string
  resourceType: string
  resource: string
  projectId: number | null
  result: AuditResult
  times: number
  detail: Record<string, unknown> | null
  /** Where it stands in the sealed log, from 1 without gaps; null within a second after it was written. */
  position: number | null
  /** SHA-256 in hex over the hash before and the line: see `seals/canonical.ts`. Null as long as `position` is. */
  hash: string | null
  /** What only Berth can make; for `verifyAuditLog`. */
  seal: string | null
}

/** One that has its place. */
export type PlacedAuditLine = ListedAuditLine & { position: number }

/** In UTF-16 units, as the columns hold them. */
export const lengths = { name: 255, address: 64, userAgent: 255, requestId: 128, resource: 512 } as const

/** What `q` and `sort` may name: Harbor's fields, and what else an answer shows. */
export const auditColumns: Columns = {
  id: { sql: 'id', type: 'integer' },
  username: { sql: 'actor_name', type: 'text' },
  resource: { sql: 'resource', type: 'text' },
  resource_type: { sql: 'resource_type', type: 'text', lowerCase: true },
  operation: { sql: 'action', type: 'text', lowerCase: true },
  operation_result: { sql: "(result = 'ok')", type: 'boolean', sortable: false },
  op_time: { sql: 'at', type: 'time' },
  project_id: { sql: 'project_id', type: 'integer' },
  actor_kind: { sql: 'actor_kind', type: 'text', lowerCase: true },
  credential: { sql: 'credential', type: 'text', lowerCase: true },
  address: { sql: 'address', type: 'text' },
  user_agent: { sql: 'user_agent', type: 'text' },
  request_id: { sql: 'request_id', type: 'text' },
  result: { sql: 'result', type: 'text', lowerCase: true },
  position: { sql: 'position', type: 'integer' },
}
