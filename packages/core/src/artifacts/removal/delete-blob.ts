import type { Actor } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError } from '../../errors/index.ts'
import { registryClient } from '../../registry/index.ts'
import { guardRemoval } from '../guards/guard-removal.ts'
import { changingRepository } from '../store.ts'
import { isBlobUsed } from './store.ts'
import { meant, type Named, removeOnlyThere } from './unindexed.ts'

/**
 * Takes a blob out of a repository that none of its manifests needs; other repositories keep theirs. A push holds the
 * same lock from before the registry looks for the manifest's blobs until the manifest stands in the index: either it
 * comes first and the blob is in use, or the registry refuses the manifest and the client sends the blob again.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN; PRECONDITION while a manifest needs the blob; what
 * `guardRemoval` refuses; NOT_FOUND, UNAVAILABLE,
 * UNSUPPORTED, UNKNOWN from the registry
 */
export async function deleteBlob(core: Core, actor: Actor, input: Named): Promise<void> {
  const blob = await meant(core, actor, input)
  const { repository, digest } = blob
  const remove = async () => {
    await guardRemoval(core, repository, { tags: [] })
    if (await isBlobUsed(core, repository, digest))
      throw new DomainError(
        'PRECONDITION',
        'a manifest of this repository needs the blob; delete the manifest first',
      )
    await removeOnlyThere(core, actor, 'blob', blob, () =>
      registryClient(core).deleteBlob(repository, digest),
    )
  }
  await changingRepository(core, repository, remove, { adds: false })
}
