import type { RepositoryName } from '@berth/registry-client'
import type { Core } from '../../context/index.ts'
import { findArtifact, lockRepository, readRepositoryId } from '../indexing/store.ts'
import { deleteArtifacts, digestsOf, isChild } from './store.ts'

/**
 * Takes out of the index what the registry has lost; the registry is not asked, and nothing is deleted there. Call it
 * under `changingRepository`, when the registry has just said that the manifest is gone.
 *
 * @returns the digests that the forgotten index held and nothing else does now; undefined when nothing was forgotten,
 * because it was not known, or because another index still names it
 */
export async function forgetManifest(
  core: Core,
  repository: RepositoryName,
  digest: string,
): Promise<string[] | undefined> {
  const repositoryId = await readRepositoryId(core, repository)
  if (repositoryId === undefined) return undefined
  return core.db.transaction(async (tx) => {
    if (!(await lockRepository(tx, repositoryId))) return undefined
    const artifact = await findArtifact(tx, repositoryId, digest)
    if (!artifact || (await isChild(tx, artifact.id))) return undefined
    const orphans = await deleteArtifacts(tx, repositoryId, [artifact.id], new Date(core.now()))
    return digestsOf(tx, orphans)
  })
}
