import { parseDigest } from '@berth/registry-client'
import { type Actor, authorizeRepository } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { DomainError } from '../../errors/index.ts'
import { askRegistry, registryClient } from '../../registry/index.ts'
import { guardRemoval } from '../guards/guard-removal.ts'
import { repositoryNamed } from '../name.ts'
import { changingRepository } from '../store.ts'
import { removing } from './begun/begin.ts'
import { writeRemoval } from './begun/line.ts'
import { endRemoval } from './begun/store.ts'
import { isBlobUsed } from './store.ts'

/**
 * Takes a blob out of a repository that none of its manifests needs; other repositories keep theirs. A push holds the
 * same lock from before the registry looks for the manifest's blobs until the manifest stands in the index: either it
 * comes first and the blob is in use, or the registry refuses the manifest and the client sends the blob again. What is
 * wanted is written before the registry is asked, so that no end of this process loses its line: `settleRemovals`.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN; PRECONDITION while a manifest needs the blob; what
 * `guardRemoval` refuses; NOT_FOUND, UNAVAILABLE,
 * UNSUPPORTED, UNKNOWN from the registry
 */
export async function deleteBlob(
  core: Core,
  actor: Actor,
  input: { repository: string; digest: string },
): Promise<void> {
  const repository = repositoryNamed(input.repository)
  const digest = parseDigest(input.digest)
  const project = await authorizeRepository(core, actor, 'delete', 'artifact', repository)
  const remove = async () => {
    await guardRemoval(core, repository, { tags: [] })
    if (await isBlobUsed(core, repository, digest))
      throw new DomainError(
        'PRECONDITION',
        'a manifest of this repository needs the blob; delete the manifest first',
      )
    const what = { kind: 'blob', repository, digest, projectId: project.id } as const
    await removing(core, actor, what, async (begun) => {
      begun.asking()
      // The index knows no such blob: nothing of it changes, and no transaction waits for the registry.
      await askRegistry(() => registryClient(core).deleteBlob(repository, digest))
      await core.db.transaction(async (tx) => {
        if (await endRemoval(tx, begun.id)) await writeRemoval(core, tx, begun)
      })
    })
  }
  await changingRepository(core, repository, remove, { adds: false })
}
