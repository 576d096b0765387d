import { type Digest, parseManifest, type RepositoryName } from '@berth/registry-client'
import type { PolicyFilter } from '../model.ts'
import type { Site } from '../sites/index.ts'

const IMAGE_CONFIGS = [
  'application/vnd.docker.container.image.v1+json',
  'application/vnd.oci.image.config.v1+json',
]

/** Those that the filters `resource` let pass. */
export async function ofWantedKind<T extends { digest: Digest }>(
  found: T[],
  of: {
    site: Site
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
    if (wanted.every((value) => value === kind)) chosen.push(one)
  }
  return chosen
}

/** What the filter `resource` goes by: what can be run, alone or in an index, is an image. */
async function kindOf(
  site: Site,
  repository: RepositoryName,
  digest: Digest,
  signal: AbortSignal,
): Promise<'image' | 'artifact'> {
  const { bytes, mediaType } = await site.manifest(repository, digest, { signal })
  const manifest = parseManifest(bytes, mediaType)
  if (manifest.artifactType !== undefined) return 'artifact'
  if (manifest.kind === 'index') return 'image'
  return IMAGE_CONFIGS.includes(manifest.config.mediaType) ? 'image' : 'artifact'
}
