import { InvalidReferenceError, parseDigest, parseTag, type Tag as TagName } from '@berth/registry-client'
import {
  type ArtifactRef,
  changingRepository,
  findAuthorized,
  guardPush,
  placeTag,
  repositoryNamed,
} from '../artifacts/index.ts'
import type { Actor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest, conflict } from '../errors/index.ts'
import { askRegistry, registryClient } from '../registry/index.ts'
import { readHolder } from './store.ts'

/**
 * Puts a new tag on an artifact: the same manifest under another name in the registry, then in the index.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, DIGEST_INVALID; BAD_REQUEST for a name that no tag can have;
 * CONFLICT when the repository has such a tag; what
 * `guardPush` refuses; UNAVAILABLE when the registry does not answer
 */
export async function createTag(
  core: Core,
  actor: Actor,
  { name, ...ref }: ArtifactRef & { name: string },
): Promise<void> {
  const { digest, repositoryName } = await findAuthorized(core, actor, 'create', 'tag', ref)
  const tag = tagNamed(name)
  const repository = repositoryNamed(repositoryName)
  await changingRepository(core, repository, async () => {
    // Again under the lock: deleted and pushed in between, the same manifest is another row, or none at all.
    const artifact = await findAuthorized(core, actor, 'create', 'tag', { repository, reference: digest })
    if ((await readHolder(core, artifact.repositoryId, tag)) !== undefined)
      throw conflict(`tag ${tag} already exists`)
    await guardPush(core, { repository, digest, tag })
    const client = registryClient(core)
    // Pushed past Berth it is a tag too; on this very manifest, as a tagging that broke off leaves it, it moves nowhere.
    const held = await askRegistry(() => client.headManifest(repository, tag))
    if (held && held.digest !== digest) throw conflict(`tag ${tag} already exists in the registry`)
    await askRegistry(async () => {
      const manifest = await client.getManifest(repository, parseDigest(digest))
      await client.putManifest(repository, tag, manifest)
    })
    await placeTag(core, actor, artifact, tag)
  })
}

function tagNamed(name: string): TagName {
  try {
    return parseTag(name)
  } catch (error) {
    throw error instanceof InvalidReferenceError ? badRequest('invalid tag name') : error
  }
}
