import type { Schemas } from '@berth/contract'
import { shortenDigest } from '@berth/ui'

export type Artifact = Schemas['Artifact']
export type Tag = Schemas['Tag']

/** Tags with the newest first; the API keeps no order. */
export function newestTags({ tags }: Pick<Artifact, 'tags'>): Tag[] {
  return [...(tags ?? [])].sort(
    (a, b) => (b.push_time ?? '').localeCompare(a.push_time ?? '') || a.name.localeCompare(b.name),
  )
}

/** A tag that a rule protects: the artifact cannot be deleted while it has one. Lists tell only when asked. */
export function immutableTag(artifact: Pick<Artifact, 'tags'>): Tag | undefined {
  return newestTags(artifact).find(({ immutable }) => immutable)
}

/** What an artifact is called in a sentence: its newest tag, else its digest. */
export function artifactName(artifact: Pick<Artifact, 'tags' | 'digest'>): string {
  return newestTags(artifact)[0]?.name ?? shortenDigest(artifact.digest)
}

/** An index lists other manifests, or blobs of a build cache; everything else is one manifest. */
export function isIndex({ manifest_media_type }: Pick<Artifact, 'manifest_media_type'>): boolean {
  return /\bimage\.index\b|\bmanifest\.list\b/.test(manifest_media_type)
}

/** True for an index of manifests that pages can be shown of. */
export const hasPlatforms = (artifact: Pick<Artifact, 'type' | 'manifest_media_type'>): boolean =>
  isIndex(artifact) && artifact.type !== 'CACHE'

const imageConfigs = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]

/** True for what has an image's configuration: environment, command, build history. */
export function isImage({ media_type }: Pick<Artifact, 'media_type'>): boolean {
  return imageConfigs.includes(media_type)
}
