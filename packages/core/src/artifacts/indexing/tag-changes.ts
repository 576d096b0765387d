import type { AuditLine } from '../../audit/index.ts'
import type { Actor } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { notFound } from '../../errors/index.ts'
import { takeSubjectsFromTags } from '../accessories/store.ts'
import type { Artifact } from '../model.ts'
import { announce, RECORDED } from '../news.ts'
import { placeOf } from '../place.ts'
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
    const listedChange = await relist(tx, changed)
    await touchRepository(tx, repositoryId, { listedChange, now: new Date(core.now()), newContent: false })
  })
}

/** Puts the tag on an artifact that the index has, for the actor. @throws DomainError NOT_FOUND when it is gone */
export async function placeTag(core: Core, actor: Actor, artifact: Artifact, name: string): Promise<void> {
  const place = await placeOf(core, artifact)
  await inLockedRepository(core, artifact.repositoryId, async (tx) => {
    const held = await tx.artifact.findUnique({ where: { id: artifact.id }, select: { id: true } })
    if (!held) throw notFound('artifact')
    const changed = await moveTag(tx, {
      projectId: artifact.projectId,
      repositoryId: artifact.repositoryId,
      artifactId: artifact.id,
      name,
      pushedAt: new Date(core.now()),
    })
    const change = { resourceType: 'tag', action: 'create', actor } as const
    const detail = { digest: artifact.digest }
    await announce(core, tx, RECORDED, place, { ...change, artifact, tag: name, detail })
    return changed
  })
}

/** Takes the tag off the artifact where it is, for the actor; `end` runs in the same transaction. */
export async function takeTagOff(
  core: Core,
  actor: AuditLine['actor'],
  artifact: Artifact,
  name: string,
  end: (tx: Transaction) => Promise<unknown>,
): Promise<void> {
  const place = await placeOf(core, artifact)
  await inLockedRepository(core, artifact.repositoryId, async (tx) => {
    await end(tx)
    const { repositoryId, id: artifactId } = artifact
    if ((await tx.tag.deleteMany({ where: { repositoryId, artifactId, name } })).count === 0) return []
    const change = { resourceType: 'tag', action: 'delete', actor } as const
    const detail = { digest: artifact.digest }
    await announce(core, tx, RECORDED, place, { ...change, artifact, tag: name, detail })
    return [artifactId]
  })
}
