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

/** What a registry says happened to a manifest. Events of blobs are of no interest: manifests name their blobs. */
export interface ManifestEvent {
  action: 'push' | 'pull' | 'delete'
  repository: RepositoryName
  /** Missing in a deletion by tag, which newer registries offer. */
  digest?: Digest
  tag?: Tag
  at: Date
  /** Who did it, by the registry's account; empty for anonymous. */
  actor: string
}

// The registry sends its queue one by one, or a few at once.
const MAX_EVENTS = 1_000

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
  const { action, timestamp, target, actor } = (event ?? {}) as Record<string, unknown>
  if (action !== 'push' && action !== 'pull' && action !== 'delete') return undefined
  const { mediaType, repository, digest, tag } = (target ?? {}) as Record<string, unknown>
  const name = attempt(() => parseRepositoryName(String(repository)))
  // A deletion says no media type; that of a blob is told apart when the digest is looked up.
  if (!name || (action !== 'delete' && !isManifestType(String(mediaType)))) return undefined
  const at = new Date(String(timestamp))
  return {
    action,
    repository: name,
    digest: digest === undefined ? undefined : attempt(() => parseDigest(String(digest))),
    tag: tag === undefined ? undefined : attempt(() => parseTag(String(tag))),
    at: Number.isNaN(at.getTime()) ? new Date() : at,
    actor: String((actor as { name?: unknown } | null | undefined)?.name ?? ''),
  }
}
