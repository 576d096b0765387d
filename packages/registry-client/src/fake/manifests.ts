import { collect } from '../collect.ts'
import { digestOf } from '../digest.ts'
import { type Manifest, parseManifest } from '../manifest.ts'
import { isForeignLayerType } from '../media-types.ts'
import { type Digest, digestAlgorithm, isDigest, parseReference, type Tag } from '../reference.ts'
import type { FakeContext } from './context.ts'
import { errorReply, type Reply } from './reply.ts'
import { type FakeRepository, repositoryOf } from './state.ts'

const MAX_MANIFEST_BYTES = 4 * 1024 * 1024

export function getManifest(context: FakeContext): Reply {
  const reference = parseReference(context.target)
  const repository = context.state.repositories.get(context.repository)
  const digest = repository && resolve(repository, reference)
  const stored = digest && repository.manifests.get(digest)
  if (!digest || !stored) return unknownManifest()
  const headers = { 'content-type': stored.mediaType, 'docker-content-digest': digest }
  return { status: 200, headers, body: stored.bytes }
}

export async function putManifest(context: FakeContext): Promise<Reply> {
  const { state, options, request } = context
  const reference = parseReference(context.target)
  const bytes = Buffer.concat(await collect(context.chunks()))
  const mediaType = request.headers['content-type'] ?? ''
  const manifest = parseManifest(bytes, mediaType, { maxBytes: MAX_MANIFEST_BYTES })
  const repository = repositoryOf(state, context.repository)
  if (!isComplete(repository, manifest)) {
    return errorReply(404, 'MANIFEST_BLOB_UNKNOWN', 'manifest references content unknown to the repository')
  }
  const digest = digestOf(bytes, isDigest(reference) ? digestAlgorithm(reference) : 'sha256')
  if (isDigest(reference) && reference !== digest) {
    return errorReply(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
  }
  repository.manifests.set(digest, { mediaType: manifest.mediaType, bytes })
  if (!isDigest(reference)) repository.tags.set(reference, digest)
  const headers: Record<string, string> = {
    location: `/v2/${context.repository}/manifests/${digest}`,
    'docker-content-digest': digest,
  }
  if (manifest.subject && options.referrers !== false) headers['oci-subject'] = manifest.subject.digest
  return { status: 201, headers }
}

/** By digest the manifest goes with all its tags; by tag only the tag. */
export function deleteManifest(context: FakeContext): Reply {
  const repository = context.state.repositories.get(context.repository)
  const reference = parseReference(context.target)
  const digest = repository && resolve(repository, reference)
  if (!digest) return unknownManifest()
  if (isDigest(reference)) {
    repository.manifests.delete(digest)
    for (const [tag, tagged] of repository.tags) if (tagged === digest) repository.tags.delete(tag)
  } else repository.tags.delete(reference)
  return { status: 202 }
}

/**
 * Blobs and what an index lists must be there first, as distribution wants it, which takes a blob for what is listed as
 * well; a subject need not be (OCI 1.1).
 */
function isComplete(repository: FakeRepository, manifest: Manifest): boolean {
  if (manifest.kind === 'index')
    return manifest.manifests.every(
      ({ digest }) => repository.manifests.has(digest) || repository.blobs.has(digest),
    )
  const required = manifest.layers.filter((layer) => !isForeignLayerType(layer.mediaType))
  return [manifest.config, ...required].every((blob) => repository.blobs.has(blob.digest))
}

function resolve(repository: FakeRepository, reference: Tag | Digest): Digest | undefined {
  if (!isDigest(reference)) return repository.tags.get(reference)
  return repository.manifests.has(reference) ? reference : undefined
}

const unknownManifest = () => errorReply(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
