import { ProtocolError, RateLimitedError, RegistryError, UnavailableError } from './errors.ts'
import type { Answer } from './exchange.ts'
import type { Digest, RepositoryName } from './reference.ts'
import { pushScope } from './scopes.ts'
import type { Transport } from './transport.ts'

/** An upload the registry has opened. The location changes with every answer. */
export interface UploadSession {
  location: URL
  /** Smallest part the registry takes, except for the last one (OCI-Chunk-Min-Length). */
  minChunkBytes: number
  /** Which host has taken something of it. On another than the registry's own nothing is asked or dropped before. */
  acceptedBy?: string
}

export type MountResult =
  | { mounted: true }
  /** The registry would not mount and opened an upload instead: hand it to uploadBlob, or leave it. */
  | { mounted: false; session: UploadSession }

export interface Part {
  method: 'PATCH' | 'PUT'
  offsetBytes: number
  sizeBytes: number
  /** Given with PUT: what the whole blob must be. */
  digest: Digest | undefined
  open: () => AsyncIterable<Uint8Array>
  signal: AbortSignal | undefined
}

/** Storage behind registries may copy a whole blob when it is closed: so slowly at least, and no longer than that. */
const CLOSING_BYTES_PER_MS = (10 * 1024 * 1024) / 1_000
const MAX_CLOSING_MS = 30 * 60_000
const MAX_MIN_CHUNK_BYTES = 1024 * 1024 * 1024

export async function startUpload(
  transport: Transport,
  repository: RepositoryName,
  signal?: AbortSignal,
): Promise<UploadSession> {
  const url = new URL(`v2/${repository}/blobs/uploads/`, transport.registry)
  const body = { sizeBytes: 0, open: () => new Uint8Array() }
  const answer = await transport.call({
    method: 'POST',
    url,
    body,
    scopes: pushScope(repository),
    ok: [202],
    signal,
  })
  await answer.discard()
  return sessionOf(transport, answer)
}

/** Links a blob of `from` into `repository` without moving bytes; needs pull on `from`. */
export async function mountBlob(
  transport: Transport,
  repository: RepositoryName,
  digest: Digest,
  from: RepositoryName,
  options: { signal?: AbortSignal } = {},
): Promise<MountResult> {
  const url = new URL(`v2/${repository}/blobs/uploads/`, transport.registry)
  url.searchParams.set('mount', digest)
  url.searchParams.set('from', from)
  const answer = await transport.call({
    method: 'POST',
    url,
    body: { sizeBytes: 0, open: () => new Uint8Array() },
    scopes: [...pushScope(repository), `repository:${from}:pull`],
    ok: [201, 202],
    signal: options.signal,
  })
  await answer.discard()
  return answer.status === 201 ? { mounted: true } : { mounted: false, session: sessionOf(transport, answer) }
}

/** Sends one part. `offsetBytes` of the result is what the registry has confirmed, which may be less than was sent. */
export async function sendPart(
  transport: Transport,
  repository: RepositoryName,
  session: UploadSession,
  part: Part,
): Promise<{ session: UploadSession; offsetBytes: number; storedDigest: string | null }> {
  const url = new URL(session.location)
  if (part.digest !== undefined) url.searchParams.set('digest', part.digest)
  const endBytes = part.offsetBytes + part.sizeBytes
  const headers: Record<string, string> = { 'content-type': 'application/octet-stream' }
  if (part.sizeBytes > 0) headers['content-range'] = `${part.offsetBytes}-${endBytes - 1}`
  const { method, signal, sizeBytes } = part
  const body = { sizeBytes, open: sizeBytes === 0 ? () => new Uint8Array() : part.open }
  const ok = method === 'PUT' ? [201, 204] : [202, 201, 204]
  const answer = await transport.call({
    method,
    url,
    headers,
    body,
    scopes: pushScope(repository),
    ok,
    ...(method === 'PUT' && { patienceMs: Math.min(endBytes / CLOSING_BYTES_PER_MS, MAX_CLOSING_MS) }),
    signal,
  })
  await answer.discard()
  const storedDigest = answer.headers.get('docker-content-digest')
  if (method === 'PUT') return { session, offsetBytes: endBytes, storedDigest }
  const confirmedBytes = rangeEnd(answer) ?? endBytes
  if (confirmedBytes > endBytes || confirmedBytes <= part.offsetBytes) {
    throw new ProtocolError('the registry confirmed bytes that were not sent', { code: 'INVALID_ANSWER' })
  }
  const next = { ...sessionOf(transport, answer, session), acceptedBy: url.host }
  return { session: next, offsetBytes: confirmedBytes, storedDigest }
}

/**
 * Whether the host of an upload is one that it really is at. A registry can name any host, with any path and query: what was
 * not taken there must not become a GET or a DELETE of something else.
 */
export const isAtHome = (transport: Transport, { location, acceptedBy }: UploadSession): boolean =>
  location.host === transport.registry.host || location.host === acceptedBy

/** How far an upload got; undefined when the registry does not know it, or not how far, or does not let us ask. */
export async function uploadOffset(
  transport: Transport,
  repository: RepositoryName,
  session: UploadSession,
  signal: AbortSignal | undefined,
): Promise<{ session: UploadSession; offsetBytes: number } | undefined> {
  if (!isAtHome(transport, session)) return undefined
  const url = session.location
  const ok = [204, 200, 202]
  const scopes = pushScope(repository)
  const answer = await transport.call({ method: 'GET', url, scopes, ok, signal }).catch(refused)
  if (answer === undefined) return undefined
  await answer.discard()
  const offsetBytes = rangeEnd(answer)
  // distribution writes 0-0 for nothing and for one byte alike; starting over is cheaper than guessing wrong.
  if (offsetBytes === undefined || offsetBytes === 1) return undefined
  return { session: { ...sessionOf(transport, answer, session), acceptedBy: url.host }, offsetBytes }
}

/**
 * 400 is what distribution says when it cannot read the state in the location, after a restart with another secret;
 * 401, 403 and 410 come from where the location leads by now, or once its signature has run out. Nor is anything asked
 * where Berth may not go.
 */
function refused(error: unknown): undefined {
  if (error instanceof ProtocolError && error.code === 'LOCATION_NOT_ALLOWED') return
  const status = error instanceof RegistryError ? (error.status ?? 0) : 0
  if (status < 400 || error instanceof UnavailableError || error instanceof RateLimitedError) throw error
}

/** Tells the registry to drop an upload. Never fails: an upload that cannot be dropped now expires by itself. */
export async function cancelUpload(
  transport: Transport,
  repository: RepositoryName,
  session: UploadSession,
): Promise<void> {
  if (!isAtHome(transport, session)) return
  try {
    const scopes = pushScope(repository)
    const answer = await transport.call({
      method: 'DELETE',
      url: session.location,
      scopes,
      ok: [204, 200, 202, 404],
    })
    await answer.discard()
  } catch {
    // See above.
  }
}

/** `Range: 0-<last byte>` as a count of bytes. */
function rangeEnd(answer: Answer): number | undefined {
  const last = /^(?:bytes[= ])?0-(\d{1,15})$/.exec(answer.headers.get('range') ?? '')?.[1]
  return last === undefined ? undefined : Number(last) + 1
}

function sessionOf(transport: Transport, answer: Answer, previous?: UploadSession): UploadSession {
  const location = answer.headers.get('location')
  const minimum = Number(answer.headers.get('oci-chunk-min-length') ?? previous?.minChunkBytes ?? 0)
  if (!Number.isSafeInteger(minimum) || minimum < 0 || minimum > MAX_MIN_CHUNK_BYTES) {
    throw new ProtocolError('the registry asks for parts of an impossible size', { code: 'INVALID_ANSWER' })
  }
  if (location === null && previous) return { location: previous.location, minChunkBytes: minimum }
  return { location: transport.resolve(location, answer.url), minChunkBytes: minimum }
}
