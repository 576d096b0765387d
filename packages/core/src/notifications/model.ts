import { createHash } from 'node:crypto'
import {
  type Digest,
  isManifestType,
  parseDigest,
  parseRepositoryName,
  parseTag,
  type RepositoryName,
  type Tag,
} from '@berth/registry-client'
import { badRequest } from '../errors/index.ts'
import { plainText } from '../plain-text/index.ts'
import { REGISTRY_USER_AGENT } from '../registry/index.ts'

/** What a registry says happened to a manifest. Events of blobs are of no interest: manifests name their blobs. */
export interface ManifestEvent {
  /** The registry's own id where it is a short one, else a hash of the event; the same when it is told again. */
  eventId: string
  action: 'push' | 'pull' | 'delete'
  repository: RepositoryName
  /** Missing in a deletion by tag, which newer registries offer. */
  digest?: Digest | undefined
  tag?: Tag | undefined
  at: Date
  /** Who did it, by the registry's account; empty for anonymous. */
  actor: string
}

/** An event in the inbox. */
export interface StoredEvent extends ManifestEvent {
  id: number
  attempts: number
}

export type EventStatus = 'waiting' | 'failing' | 'given up' | 'done'

/** An event as administrators see it. */
export interface ListedEvent {
  id: number
  eventId: string
  action: ManifestEvent['action']
  repository: string
  digest: string | null
  tag: string | null
  actor: string
  status: EventStatus
  attempts: number
  error: string | null
  at: Date
  receivedAt: Date
  dueAt: Date | null
  processedAt: Date | null
}

// The registry sends its queue one by one, or a few at once.
const MAX_EVENTS = 1_000
const EVENT_ID = /^[\w.:-]{1,64}$/
const MAX_ACTOR_LENGTH = 255

const attempt = <T>(parse: () => T): T | undefined => {
  try {
    return parse()
  } catch {
    return undefined
  }
}

/**
 * The manifest events of a notification envelope (distribution, `docs/notifications`). Unknown actions and odd names
 * are passed over: one event that cannot be read must not make the registry repeat all others for ever.
 *
 * @throws DomainError BAD_REQUEST for what is no envelope
 */
export function parseEnvelope(body: unknown): ManifestEvent[] {
  const events = (body as { events?: unknown } | null)?.events
  if (!Array.isArray(events)) throw badRequest('a notification is a JSON object with a list of events')
  if (events.length > MAX_EVENTS) throw badRequest(`a notification holds at most ${MAX_EVENTS} events`)
  return events.flatMap((event) => parseEvent(event) ?? [])
}

function parseEvent(event: unknown): ManifestEvent | undefined {
  const { id, action, timestamp, target, actor, request } = (event ?? {}) as Record<string, unknown>
  if (action !== 'push' && action !== 'pull' && action !== 'delete') return undefined
  if (action === 'pull' && !isPullOfSomebody(request)) return undefined
  const { mediaType, repository, digest, tag } = (target ?? {}) as Record<string, unknown>
  const name = attempt(() => parseRepositoryName(String(repository)))
  // A deletion says no media type; that of a blob is told apart when the digest is looked up.
  if (!name || (action !== 'delete' && !isManifestType(String(mediaType)))) return undefined
  const at = new Date(String(timestamp))
  const facts: Omit<ManifestEvent, 'eventId'> = {
    action,
    repository: name,
    digest: digest === undefined ? undefined : attempt(() => parseDigest(String(digest))),
    tag: tag === undefined ? undefined : attempt(() => parseTag(String(tag))),
    // Databases know no year past 9999, and a clock that far off says nothing.
    at: at.getTime() > 0 && at.getUTCFullYear() < 2_200 ? at : new Date(),
    actor: plainText(String((actor as { name?: unknown } | null | undefined)?.name ?? ''), MAX_ACTOR_LENGTH),
  }
  if (!facts.digest && !facts.tag) return undefined
  return {
    eventId:
      typeof id === 'string' && EVENT_ID.test(id)
        ? id
        : createHash('sha256').update(JSON.stringify(event)).digest('hex'),
    ...facts,
  }
}

/**
 * Distribution tells of a HEAD as of a pull, and clients send one before nearly every GET. Berth reads manifests to index
 * them; a registry without accounts tells that apart by the program's name only.
 */
function isPullOfSomebody(request: unknown): boolean {
  const { method, useragent } = (request ?? {}) as Record<string, unknown>
  return method !== 'HEAD' && useragent !== REGISTRY_USER_AGENT
}
