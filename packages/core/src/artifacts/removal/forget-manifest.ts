import type { RepositoryName } from '@berth/registry-client'
import { SYSTEM } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { findArtifact, lockRepository } from '../indexing/store.ts'
import { type News, TOLD } from '../news.ts'
import { placeNamed } from '../place.ts'
import { announceDeletion } from './announce-deletion.ts'
import { settleRepository } from './begun/settle.ts'
import { deleteArtifacts, digestsOf, isChild } from './store.ts'

/**
 * Takes out of the index what the registry has lost; the registry is not asked, and nothing is deleted there. Call it
 * under `changingRepository`, when the registry has just said that the manifest is gone. What somebody had asked for here
 * goes in their name first.
 *
 * @returns the digests that the forgotten index held and nothing else does now; undefined when nothing was forgotten,
 * because it was not known, or because another index still names it
 */
export async function forgetManifest(
  core: Core,
  repository: RepositoryName,
  digest: string,
  news: News = TOLD,
): Promise<string[] | undefined> {
  await settleRepository(core, repository)
  const place = await placeNamed(core, repository)
  if (!place) return undefined
  const { repositoryId } = place
  return core.db.transaction(async (tx) => {
    if (!(await lockRepository(tx, repositoryId))) return undefined
    const artifact = await findArtifact(tx, repositoryId, digest)
    if (!artifact || (await isChild(tx, artifact.id))) return undefined
    const now = new Date(core.now())
    const { orphans, deleted } = await deleteArtifacts(tx, repositoryId, [artifact.id], now)
    await announceDeletion(core, tx, SYSTEM, news, place, deleted, digest)
    return digestsOf(tx, orphans)
  })
}
