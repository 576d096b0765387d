import type { Core } from '../../context/index.ts'
import { notFound } from '../../errors/index.ts'
import { takeSubjectsFromTags } from '../accessories/store.ts'
import type { Artifact } from '../model.ts'
import { lockRepository, moveTag, relist, touchRepository } from './store.ts'

type Transaction = Parameters<typeof lockRepository>[0]

/**
 * Runs a change inside the locked repository; what it returns are the artifacts whose tags changed, for which is
 * decided again what they are attached to and whether lists show them.
 *
 * @throws DomainError NOT_FOUND when the repository is gone
 */
export async function inLockedRepository(
  core: Core,
  repositoryId: number,
  change: (tx: Transaction) => Promise<number[]>,
): Promise<void> {
  await core.db.transaction(async (tx) => {
    if (!(await lockRepository(tx, repositoryId))) throw notFound('repository')
    const changed = await change(tx)
    await takeSubjectsFromTags(tx, changed)
    await touchRepository(tx, repositoryId, await relist(tx, changed), new Date(core.now()))
  })
}

/** Puts the tag on an artifact that the index has. @throws DomainError NOT_FOUND when it is gone */
export const placeTag = (core: Core, artifact: Artifact, name: string): Promise<void> =>
  inLockedRepository(core, artifact.repositoryId, async (tx) => {
    const held = await tx.artifact.findUnique({ where: { id: artifact.id }, select: { id: true } })
    if (!held) throw notFound('artifact')
    return moveTag(tx, {
      projectId: artifact.projectId,
      repositoryId: artifact.repositoryId,
      artifactId: artifact.id,
      name,
      pushedAt: new Date(core.now()),
    })
  })
