import { DomainError } from '@berth/core'
import {
  adoptChildren,
  changingRepository,
  guardPush,
  guardUpload,
  indexManifest,
} from '@berth/core/artifacts'
import {
  DEFAULT_MAX_MANIFEST_BYTES,
  type Digest,
  digestAlgorithm,
  digestOf,
  isDigest,
  type Manifest,
  parseManifest,
} from '@berth/registry-client'
import { OciError, unavailable } from '../oci-error.ts'
import { ask } from '../proxy/ask.ts'
import { readBody } from '../request.ts'
import type { At } from './path.ts'
import { tagOf } from './read-manifest.ts'
import { refuseFailure, registryHeaders, timed } from './registry.ts'
import type { V2Request } from './request.ts'
import { warnWhenNearlyFull } from './room.ts'
import { seenBy } from './seen.ts'

export type ManifestRequest = V2Request<At<'/v2/<name>/manifests/<reference>'>>

/**
 * Takes a manifest: first the registry, then the index, then the answer. When the index cannot be written the client
 * is told to try again, and trying again mends it.
 */
export async function putManifest(request: ManifestRequest): Promise<void> {
  const { exchange, path } = request
  const bytes = await readBody(exchange, {
    maxBytes: DEFAULT_MAX_MANIFEST_BYTES,
    timeoutMs: request.gateway.registry.idleTimeoutMs,
  })
  const mediaType = exchange.req.headers['content-type'] ?? ''
  const manifest = parseManifest(bytes, mediaType)
  const { reference } = path
  const digest = digestOf(bytes, isDigest(reference) ? digestAlgorithm(reference) : 'sha256')
  if (isDigest(reference) && digest !== reference)
    throw new OciError(400, 'DIGEST_INVALID', 'the manifest does not have the digest in the path')
  await changing(request, () => store(request, bytes, manifest, digest))
  exchange.res.writeHead(201, {
    location: `/v2/${path.name}/manifests/${digest}`,
    'docker-content-digest': digest,
    // Tells the client that it need not keep a list of referrers itself (section "Pushing Manifests with Subject").
    ...(manifest.subject ? { 'oci-subject': manifest.subject.digest } : {}),
    'content-length': 0,
  })
  exchange.res.end()
  request.gateway.core.metrics.add('berth_manifest_pushes_total', [])
  await warnWhenNearlyFull(request)
}

/** One change to a repository at a time, on this node and on all others, so that registry and index agree. */
export function changing<T>(
  { gateway, path }: ManifestRequest,
  work: () => Promise<T>,
  options?: { adds?: boolean },
): Promise<T> {
  return changingRepository(gateway.core, path.name, work, options)
}

async function store(request: ManifestRequest, bytes: Buffer, manifest: Manifest, digest: Digest) {
  const { gateway, exchange, path, identity } = request
  const tag = tagOf(path.reference)
  if (manifest.kind === 'index') {
    // Only where pushes go at all; what is adopted takes its room before the index does.
    await guardUpload(gateway.core, path.name)
    await adoptChildren(gateway.core, identity.actor, path.name, manifest)
  }
  const content = { manifest, sizeBytes: bytes.byteLength }
  await guardPush(gateway.core, { repository: path.name, digest, tag, content })
  const target = `/v2/${path.name}/manifests/${path.reference}`
  const headers = { ...(await registryHeaders(request, undefined)), 'content-type': manifest.mediaType }
  const answer = await timed(gateway.core, 'PUT', () =>
    ask(gateway.registry, { method: 'PUT', target, headers }, bytes),
  )
  refuseNamed(answer.status, answer.body)
  refuseFailure(request, { statusCode: answer.status, resume: () => undefined as never }, undefined)
  if (answer.status !== 201) throw registryRefusal(answer.status, answer.body)
  try {
    await indexManifest(gateway.core, identity.actor, {
      repository: path.name,
      reference: tag === undefined ? { digest } : { tag },
      digest,
      mediaType: manifest.mediaType,
      bytes,
      manifest,
      seen: seenBy(identity.actor),
    })
  } catch (error) {
    if (error instanceof DomainError) throw error
    gateway.log('error', 'a pushed manifest could not be indexed', {
      error,
      repository: path.name,
      digest,
      requestId: exchange.requestId,
    })
    throw unavailable('the manifest was stored but could not be indexed; push it again', error)
  }
  gateway.manifests.set(digest, bytes)
}

/** The registry's own refusal (a blob that is missing, say), in its words. */
function registryRefusal(status: number, body: Buffer): OciError {
  const [first] = errorsIn(body)
  if (first && status < 500) return new OciError(status, first.code, first.message)
  return unavailable('the registry behind Berth gave an answer that cannot be read')
}

/**
 * Distribution answers 500 when one of several complaints about a manifest has no code of its own, a URL that it does
 * not allow for one. What it names is the client's to mend all the same.
 */
function refuseNamed(status: number, body: Buffer): void {
  const named = status === 500 && errorsIn(body).find(({ code }) => code.startsWith('MANIFEST_'))
  if (named) throw new OciError(400, named.code, named.message)
}

function errorsIn(body: Buffer): { code: string; message: string }[] {
  try {
    const { errors } = JSON.parse(body.toString()) as { errors: { code: unknown; message: unknown }[] }
    return errors.filter(
      (error): error is { code: string; message: string } =>
        typeof error.code === 'string' && typeof error.message === 'string',
    )
  } catch {
    return []
  }
}
