import { randomUUID } from 'node:crypto'
import {
  digestOf,
  MEDIA_TYPES,
  NotFoundError,
  parseTag,
  type RegistryClient,
  RegistryError,
  type RepositoryName,
  type Tag as TagName,
  UnavailableError,
} from '@berth/registry-client'
import {
  type ArtifactRef,
  changingRepository,
  findAuthorized,
  guardRemoval,
  referenceNamed,
  repositoryNamed,
  takeTagOff,
} from '../artifacts/index.ts'
import type { Actor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { notFound } from '../errors/index.ts'
import { askRegistry, registryClient } from '../registry/index.ts'
import { readHolder } from './store.ts'

/**
 * Takes a tag off an artifact, which stays. The registry comes first: when it fails, the tag stays in the index too.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, DIGEST_INVALID; what `guardRemoval` refuses; UNAVAILABLE,
 * UNSUPPORTED, UNKNOWN from the registry
 */
export async function deleteTag(
  core: Core,
  actor: Actor,
  { name, ...ref }: ArtifactRef & { name: string },
): Promise<void> {
  const artifact = await findAuthorized(core, actor, 'delete', 'tag', ref)
  const repository = repositoryNamed(artifact.repositoryName)
  if (name.includes(':')) throw notFound('tag')
  const tag = referenceNamed(name) as TagName
  await changingRepository(core, repository, async () => {
    if ((await readHolder(core, artifact.repositoryId, tag)) !== artifact.id) throw notFound('tag')
    await guardRemoval(core, repository, { tags: [tag] })
    await askRegistry(() => untag(registryClient(core), repository, tag))
    await takeTagOff(core, actor, artifact, tag)
  })
}

/**
 * Distribution before 3.0 deletes manifests only, each with all its tags. There a manifest of its own is put on the tag
 * and deleted, which takes the tag along and nothing else.
 */
async function untag(client: RegistryClient, repository: RepositoryName, tag: TagName): Promise<void> {
  try {
    return await client.deleteManifest(repository, tag)
  } catch (error) {
    if (error instanceof NotFoundError) return
    if (!(error instanceof RegistryError) || error instanceof UnavailableError) throw error
  }
  const config = new TextEncoder().encode(JSON.stringify({ 'berth.untag': randomUUID() }))
  const digest = digestOf(config)
  await client.uploadBlob(repository, digest, config)
  const manifest = new TextEncoder().encode(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MEDIA_TYPES.ociManifest,
      config: { mediaType: MEDIA_TYPES.ociConfig, digest, size: config.byteLength },
      layers: [],
    }),
  )
  await client.putManifest(repository, parseTag(tag), { bytes: manifest, mediaType: MEDIA_TYPES.ociManifest })
  await client.deleteManifest(repository, digestOf(manifest))
}
