import { randomUUID } from 'node:crypto'
import {
  digestOf,
  MEDIA_TYPES,
  NotFoundError,
  parseManifest,
  parseTag,
  type RegistryClient,
  RegistryError,
  type RepositoryName,
  type Tag as TagName,
  UnavailableError,
} from '@berth/registry-client'
import { withOrigin } from '../../audit/index.ts'
import type { Core } from '../../context/index.ts'
import { takeTagOff } from '../indexing/tag-changes.ts'
import { readArtifact } from '../reading/store.ts'
import { type BegunRemoval, endRemoval } from './begun/store.ts'

/** An annotation by which a manifest that only stands in for a tag that goes is known again. */
export const PLACEHOLDER = 'berth.untag'

/**
 * Distribution before 3.0 deletes manifests only, each with all its tags. There a manifest of its own is put on the tag
 * and deleted, which takes the tag along and nothing else.
 */
export async function untag(client: RegistryClient, repository: RepositoryName, tag: TagName): Promise<void> {
  try {
    return await client.deleteManifest(repository, tag)
  } catch (error) {
    if (error instanceof NotFoundError) return
    // A server in between that does not know how to delete knows it of no manifest either.
    const isNever = error instanceof RegistryError && error.status === 501
    if (!(error instanceof RegistryError) || error instanceof UnavailableError || isNever) throw error
  }
  const config = new TextEncoder().encode(JSON.stringify({ [PLACEHOLDER]: randomUUID() }))
  const digest = digestOf(config)
  await client.uploadBlob(repository, digest, config)
  const manifest = new TextEncoder().encode(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.ociManifest,
      config: { mediaType: MEDIA_TYPES.ociConfig, digest, size: config.byteLength },
      layers: [],
      annotations: { [PLACEHOLDER]: tag },
    }),
  )
  await client.putManifest(repository, parseTag(tag), { bytes: manifest, mediaType: MEDIA_TYPES.ociManifest })
  await client.deleteManifest(repository, digestOf(manifest))
}

/** Goes on where somebody ended who had put the manifest of its own on the tag. False: the tag is on another one. */
export async function takePlaceholderOff(
  client: RegistryClient,
  repository: RepositoryName,
  tag: string,
): Promise<boolean> {
  const { bytes, mediaType, digest } = await client.getManifest(repository, parseTag(tag))
  const { annotations } = parseManifest(bytes, mediaType)
  if (annotations?.[PLACEHOLDER] !== tag) return false
  await client.deleteManifest(repository, digest)
  return true
}

/** Takes a tag that the registry has lost off the index too, in the name of who asked for it. */
export async function finishTag(core: Core, removal: BegunRemoval & { kind: 'tag' }): Promise<boolean> {
  const { id, actor, repository, digest, tag, origin } = removal
  const artifact = await readArtifact(core, repository, digest)
  if (!artifact) return core.db.transaction((tx) => endRemoval(tx, id))
  await withOrigin(origin, () => takeTagOff(core, actor, artifact, tag, (tx) => endRemoval(tx, id)))
  return true
}
