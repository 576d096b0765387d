import { readBytes } from './body.ts'
import { digestOf } from './digest.ts'
import { ProtocolError } from './errors.ts'
import type { Answer } from './exchange.ts'
import { baseMediaType, MANIFEST_ACCEPT } from './media-types.ts'
import { orUndefined } from './pages.ts'
import { type Digest, digestAlgorithm, isDigest, type RepositoryName, type Tag } from './reference.ts'
import { deleteScope, pullScope, pushScope } from './scopes.ts'
import type { Transport } from './transport.ts'

export interface ManifestInfo {
  digest: Digest
  mediaType: string
  sizeBytes: number
}

/** A manifest as stored, byte for byte; `digest` was computed from `bytes`, not taken from the registry. */
export interface FetchedManifest extends ManifestInfo {
  bytes: Uint8Array
}

export interface PutResult {
  digest: Digest
  /** The subject the registry linked the manifest to; undefined when it has no referrers API (OCI-Subject header). */
  subject: Digest | undefined
}

export interface ManifestOptions {
  /** Media types to accept instead of MANIFEST_ACCEPT. */
  accept?: readonly string[]
  signal?: AbortSignal
}

export interface PutOptions {
  /** Sent beside the client's own, for registries that understand more than the specification. */
  headers?: Record<string, string>
  signal?: AbortSignal
}

export interface ManifestLimits {
  maxManifestBytes: number
}

/** Undefined when there is no such manifest. Falls back to GET where HEAD leaves out digest or size. */
export async function headManifest(
  transport: Transport,
  limits: ManifestLimits,
  repository: RepositoryName,
  reference: Tag | Digest,
  options: ManifestOptions = {},
): Promise<ManifestInfo | undefined> {
  const answer = await orUndefined(askManifest(transport, 'HEAD', repository, reference, options))
  if (answer === undefined) return undefined
  await answer.discard()
  const digest = isDigest(reference) ? reference : answer.headers.get('docker-content-digest')
  const mediaType = baseMediaType(answer.headers.get('content-type'))
  const sizeBytes = readSize(answer)
  if (isDigest(digest) && mediaType !== '' && sizeBytes !== undefined) return { digest, mediaType, sizeBytes }
  return orUndefined(getManifest(transport, limits, repository, reference, options))
}

/**
 * @throws NotFoundError
 * @throws ProtocolError DIGEST_MISMATCH, BODY_TOO_LARGE
 */
export async function getManifest(
  transport: Transport,
  limits: ManifestLimits,
  repository: RepositoryName,
  reference: Tag | Digest,
  options: ManifestOptions = {},
): Promise<FetchedManifest> {
  const answer = await askManifest(transport, 'GET', repository, reference, options)
  const bytes = await readBytes(answer, limits.maxManifestBytes)
  const named = isDigest(reference) ? reference : answer.headers.get('docker-content-digest')
  // The header is a claim; a claim we cannot read is no reason to trust the body under another one.
  if (named !== null && !isDigest(named)) throw mismatch(repository, 'an unreadable digest')
  const digest = digestOf(bytes, named === null ? 'sha256' : digestAlgorithm(named))
  if (named !== null && digest !== named) throw mismatch(repository, named)
  return {
    bytes,
    digest,
    mediaType: baseMediaType(answer.headers.get('content-type')),
    sizeBytes: bytes.byteLength,
  }
}

/** Stores `bytes` under a tag, or under their own digest. */
export async function putManifest(
  transport: Transport,
  repository: RepositoryName,
  reference: Tag | Digest,
  manifest: { bytes: Uint8Array; mediaType: string },
  options: PutOptions = {},
): Promise<PutResult> {
  const { bytes, mediaType } = manifest
  const digest = digestOf(bytes, isDigest(reference) ? digestAlgorithm(reference) : 'sha256')
  if (isDigest(reference) && reference !== digest) throw mismatch(repository, reference)
  const answer = await transport.call({
    method: 'PUT',
    url: manifestUrl(transport, repository, reference),
    headers: { ...options.headers, 'content-type': mediaType },
    body: { sizeBytes: bytes.byteLength, open: () => bytes },
    scopes: pushScope(repository),
    ok: [201],
    signal: options.signal,
  })
  await answer.discard()
  const stored = answer.headers.get('docker-content-digest')
  if (isDigest(stored) && digestAlgorithm(stored) === digestAlgorithm(digest) && stored !== digest) {
    throw mismatch(repository, stored)
  }
  const subject = answer.headers.get('oci-subject')
  return { digest, subject: isDigest(subject) ? subject : undefined }
}

/**
 * Deletes a manifest and with it every tag that points to it. Deleting a tag alone works only where the registry allows it.
 * @throws NotFoundError
 */
export async function deleteManifest(
  transport: Transport,
  { deleteActions }: { deleteActions: string | undefined },
  repository: RepositoryName,
  reference: Digest | Tag,
  options: { headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<void> {
  const answer = await transport.call({
    method: 'DELETE',
    url: manifestUrl(transport, repository, reference),
    headers: options.headers,
    scopes: deleteScope(repository, deleteActions),
    ok: [202, 200, 204],
    signal: options.signal,
  })
  await answer.discard()
}

function askManifest(
  transport: Transport,
  method: 'HEAD' | 'GET',
  repository: RepositoryName,
  reference: Tag | Digest,
  options: ManifestOptions,
): Promise<Answer> {
  return transport.call({
    method,
    url: manifestUrl(transport, repository, reference),
    headers: { accept: (options.accept ?? MANIFEST_ACCEPT).join(', ') },
    scopes: pullScope(repository),
    ok: [200],
    signal: options.signal,
  })
}

const manifestUrl = (transport: Transport, repository: RepositoryName, reference: Tag | Digest) =>
  new URL(`v2/${repository}/manifests/${reference}`, transport.registry)

/** Content-Length as a size, undefined when absent or no integer. */
export function readSize(answer: Answer): number | undefined {
  const length = answer.headers.get('content-length')
  return length !== null && /^\d{1,15}$/.test(length) ? Number(length) : undefined
}

function mismatch(repository: RepositoryName, digest: string): ProtocolError {
  return new ProtocolError(`manifest of ${repository} does not match ${digest}`, { code: 'DIGEST_MISMATCH' })
}
