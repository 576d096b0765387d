import {
  type Digest,
  isForeignLayerType,
  isManifestType,
  parseManifest,
  type RepositoryName,
} from '@berth/registry-client'
import type { Site } from '../sites/index.ts'

const MAX_CHILDREN = 100

/** Bytes of all blobs that an artifact needs, from its manifests. @throws RegistryError, the signal's reason */
export async function sizeOf(
  site: Site,
  repository: RepositoryName,
  digest: Digest,
  signal: AbortSignal,
): Promise<number> {
  const { bytes, mediaType } = await site.manifest(repository, digest, { signal })
  const manifest = parseManifest(bytes, mediaType)
  if (manifest.kind === 'image')
    return [manifest.config, ...manifest.layers]
      .filter((blob) => !isForeignLayerType(blob.mediaType))
      .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  let sum = 0
  // Children of an index are no indexes but in a few; what lies deeper is not counted.
  for (const child of manifest.manifests.slice(0, MAX_CHILDREN)) {
    if (!isManifestType(child.mediaType)) {
      sum += child.sizeBytes
      continue
    }
    const fetched = await site.manifest(repository, child.digest, { signal })
    const parsed = parseManifest(fetched.bytes, fetched.mediaType)
    if (parsed.kind === 'image')
      for (const blob of [parsed.config, ...parsed.layers])
        if (!isForeignLayerType(blob.mediaType)) sum += blob.sizeBytes
  }
  return sum
}
