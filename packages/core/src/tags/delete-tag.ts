import type { Tag as TagName } from '@berth/registry-client'
import {
  type ArtifactRef,
  changingRepository,
  endRemoval,
  findAuthorized,
  guardRemoval,
  referenceNamed,
  removing,
  repositoryNamed,
  takeTagOff,
  untag,
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
    const { digest, projectId } = artifact
    await removing(
      core,
      actor,
      { kind: 'tag', tag, digest, repository, projectId },
      async ({ id, asking }) => {
        asking()
        await askRegistry(() => untag(registryClient(core), repository, tag))
        await takeTagOff(core, actor, artifact, tag, (tx) => endRemoval(tx, id))
      },
    )
  })
}
