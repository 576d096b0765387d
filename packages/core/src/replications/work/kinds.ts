import { type Digest, parseManifest, type RepositoryName } from '@berth/registry-client'
import type { Site } from '../sites/index.ts'

const IMAGE_CONFIGS = [
  'application/vnd.docker.container.image.v1+json',
  'application/vnd.oci.image.config.v1+json',
]

/** What the filter `resource` goes by: what can be run, alone or in an index, is an image. */
export async function kindOf(
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
