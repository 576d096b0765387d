import { resolveReference } from '@berth/core/artifacts'
import { registryClient } from '@berth/core/registry'
import {
  type Digest,
  isDigest,
  MANIFEST_ACCEPT,
  NotFoundError,
  parseDigest,
  type RepositoryName,
  type Tag,
} from '@berth/registry-client'
import type { Gateway } from '../gateway.ts'
import { OciError } from '../oci-error.ts'
import type { At } from './path.ts'
import { passToRegistry } from './registry.ts'
import type { V2Request } from './request.ts'

export const manifestUnknown = () => new OciError(404, 'MANIFEST_UNKNOWN', 'there is no such manifest')

/** Answers from the index and from memory; the registry is asked once per digest, and for what only it knows. */
export async function getManifest(request: V2Request<At<'/v2/<name>/manifests/<reference>'>>): Promise<void> {
  const { gateway, exchange, path } = request
  const { req, res } = exchange
  const known = await resolveReference(gateway.core, path.name, path.reference)
  if (!known)
    return passToRegistry(request, {
      target: `/v2/${path.name}/manifests/${path.reference}`,
      headers: { accept: MANIFEST_ACCEPT.join(', ') },
    })
  const headers = {
    'content-type': known.mediaType,
    'docker-content-digest': known.digest,
    etag: `"${known.digest}"`,
    vary: 'Authorization',
  }
  const counts = req.method === 'GET'
  if (matches(req.headers['if-none-match'], known.digest)) {
    res.writeHead(304, headers).end()
    return
  }
  if (!counts) {
    res.writeHead(200, { ...headers, 'content-length': known.sizeBytes }).end()
    return
  }
  const bytes = await manifestBytes(gateway, path.name, parseDigest(known.digest))
  if (!bytes) throw manifestUnknown()
  res.writeHead(200, { ...headers, 'content-length': bytes.length }).end(bytes)
  gateway.pulls.add(path.name, known.digest, tagOf(path.reference), request.identity.actor)
}

export const tagOf = (reference: Tag | Digest): Tag | undefined =>
  isDigest(reference) ? undefined : reference

/** The bytes of a manifest that the index knows; undefined, and a line in the log, when the registry has lost it. */
export function manifestBytes(
  gateway: Gateway,
  repository: RepositoryName,
  digest: Digest,
): Promise<Buffer | undefined> {
  return gateway.manifests.get(digest, async () => {
    try {
      const { bytes } = await registryClient(gateway.core).getManifest(repository, digest)
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error
      gateway.log('error', 'the registry lacks a manifest that the index knows', { repository, digest })
      return undefined
    }
  })
}

/** RFC 9110 section 13.1.2; some clients leave the quotes out. */
function matches(header: string | undefined, digest: string): boolean {
  if (header === undefined) return false
  // Whatever there is.
  if (header.trim() === '*') return true
  return header.split(',').some((part) => part.trim().replace(/^W\//, '').replace(/^"|"$/g, '') === digest)
}
