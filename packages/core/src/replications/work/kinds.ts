import {
  blobsOf,
  type Digest,
  type Manifest,
  ManifestError,
  NotFoundError,
  ProtocolError,
  parseManifest,
  type RepositoryName,
} from '@berth/registry-client'
import type { PolicyFilter } from '../model.ts'
import type { Site } from '../sites/index.ts'

const IMAGE_CONFIGS = [
  'application/vnd.docker.container.image.v1+json',
  'application/vnd.oci.image.config.v1+json',
]

/**
 * Those that the filters `resource` let pass. What was deleted meanwhile is left out; what cannot be read passes, since its
 * copy says what is wrong with it, and keeps nothing else of the repository from going.
 *
 * @throws RegistryError of the site, the signal's reason
 */
export async function ofWantedKind<T extends { digest: Digest }>(
  found: T[],
  of: {
    site: Pick<Site, 'manifest'>
    repository: RepositoryName
    filters: readonly PolicyFilter[]
    signal: AbortSignal
  },
): Promise<T[]> {
  const wanted = of.filters.filter(({ type }) => type === 'resource').map(({ value }) => value)
  if (wanted.length === 0) return found
  const chosen: T[] = []
  for (const one of found) {
    const kind = await kindOf(of.site, of.repository, one.digest, of.signal)
    if (kind === 'unreadable' || wanted.every((value) => value === kind)) chosen.push(one)
  }
  return chosen
}

/** What the filter `resource` goes by: what can be run, alone or in an index, is an image. */
async function kindOf(
  site: Pick<Site, 'manifest'>,
  repository: RepositoryName,
  digest: Digest,
  signal: AbortSignal,
): Promise<'image' | 'artifact' | 'gone' | 'unreadable'> {
  const manifest = await read(site, repository, digest, signal)
  if (typeof manifest === 'string') return manifest
  if (manifest.artifactType !== undefined) return 'artifact'
  if (manifest.kind === 'index') return blobsOf(manifest).length === 0 ? 'image' : 'artifact'
  return IMAGE_CONFIGS.includes(manifest.config.mediaType) ? 'image' : 'artifact'
}

async function read(
  site: Pick<Site, 'manifest'>,
  repository: RepositoryName,
  digest: Digest,
  signal: AbortSignal,
): Promise<Manifest | 'gone' | 'unreadable'> {
  try {
    const { bytes, mediaType } = await site.manifest(repository, digest, { signal })
    return parseManifest(bytes, mediaType)
  } catch (error) {
    if (error instanceof NotFoundError) return 'gone'
    if (error instanceof ManifestError || error instanceof ProtocolError) return 'unreadable'
    throw error
  }
}
