import type { AuditEvent } from '../audit/index.ts'
import type { Actor } from '../authorization/index.ts'

const pastTenses = {
  add: 'added',
  adopt: 'adopted',
  copy: 'copied',
  create: 'created',
  delete: 'deleted',
  export: 'exported',
  finish: 'finished',
  lock: 'locked',
  login: 'logged_in',
  logout: 'logged_out',
  pull: 'pulled',
  pause: 'paused',
  purge: 'purged',
  push: 'pushed',
  read: 'read',
  recalculate: 'recalculated',
  refresh: 'refreshed',
  remove: 'removed',
  resume: 'resumed',
  retry: 'retried',
  rotate: 'rotated',
  run: 'ran',
  start: 'started',
  stop: 'stopped',
  test: 'tested',
  update: 'updated',
} as const

/** Every word that a line of the audit log may say of what was done. */
export type Action = keyof typeof pastTenses

type TypeOf<E> = E extends { resourceType: infer R extends string; action: infer A extends Action }
  ? R extends 'artifact'
    ? A extends 'create'
      ? 'artifact.pushed'
      : `${R}.${(typeof pastTenses)[A]}`
    : `${R}.${(typeof pastTenses)[A]}`
  : never

/** What has happened and is no line of the audit log. */
export type Happening =
  | 'quota.exceeded'
  | 'quota.warned'
  | 'webhook.disabled'
  | 'replication.failed'
  | 'replication.recovered'
  | 'replication_task.ended'

/** `<what>.<what became of it>`; they stand in rows, so that none is ever given another meaning. */
export type EventType = TypeOf<AuditEvent> | Happening

/** The type of the change that a line tells of. Harbor calls a push the creation of an artifact. */
export const eventTypeOf = ({ resourceType, action }: AuditEvent): EventType =>
  (resourceType === 'artifact' && action === 'create'
    ? 'artifact.pushed'
    : `${resourceType}.${pastTenses[action]}`) as EventType

export interface NewEvent {
  at: Date
  type: EventType
  projectId: number | null
  /** Events of one subject are told in their order: the full name of a repository, else of what changed. */
  subject: string
  actorKind: Actor['kind']
  actorId: number | null
  actorName: string
  requestId: string
  /** Plain JSON, with names and ids as they were then. */
  payload: Record<string, unknown>
}

/** An event that has not been told to everybody yet. Its id says nothing of the order between subjects. */
export interface OutboxEvent extends NewEvent {
  id: number
}

/** The payload of `artifact.pushed`, `artifact.deleted`, `artifact.pulled`, `tag.created` and `tag.deleted`. */
export interface ArtifactPayload {
  /** Full name, project first. */
  repository: string
  repositoryId: number
  digest: string
  tag: string | null
  /** Of a deletion: all that it took along. */
  tags?: readonly string[]
  /** The config's media type; of an index, the index's own. */
  mediaType: string
  manifestMediaType: string
  artifactType: string
  sizeBytes: number
  /** Whether the project was public. */
  public: boolean
  /** Of a push: the digest that the manifest is attached to. */
  subject?: string
  /** Of a push: everything was there before, under this tag. */
  unchanged?: true
  /** Of a push: instance ids of the Berths that have it or get it from elsewhere. Of a deletion: those it came from or goes to. */
  seen?: readonly string[]
  /** Of a deletion: the digest of what was to go and took this along. */
  along?: string
  /** Of a deletion: nobody asked for it here; a walk found that the registry has it no more. */
  isFound?: true
}

/** Said once, where retries end: about four minutes after the first attempt. */
export const MAX_ATTEMPTS = 8
