import {
  childrenOf,
  type Digest,
  type Manifest,
  parseManifest,
  type RepositoryName,
  requiredBlobsOf,
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
  const manifest = await manifestOf(site, repository, digest, signal)
  let sum = ownBytes(manifest)
  // Children of an index are no indexes but in a few; what lies deeper is not counted.
  for (const child of childrenOf(manifest).slice(0, MAX_CHILDREN))
    sum += ownBytes(await manifestOf(site, repository, child.digest, signal))
  return sum
}

const ownBytes = (manifest: Manifest): number =>
  requiredBlobsOf(manifest).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

async function manifestOf(
  site: Site,
  repository: RepositoryName,
  digest: Digest,
  signal: AbortSignal,
): Promise<Manifest> {
  const { bytes, mediaType } = await site.manifest(repository, digest, { signal })
  return parseManifest(bytes, mediaType)
}
