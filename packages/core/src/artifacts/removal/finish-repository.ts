import { parseDigest } from '@berth/registry-client'
import { withOrigin } from '../../audit/index.ts'
import type { Core } from '../../context/index.ts'
import { registryClient } from '../../registry/index.ts'
import { lockProject, lockRepository } from '../indexing/store.ts'
import { repositoryNamed } from '../name.ts'
import { TOLD } from '../news.ts'
import { placeNamed } from '../place.ts'
import { announceDeletion } from './announce-deletion.ts'
import { writeRemoval } from './begun/line.ts'
import { type BegunRemoval, endRemoval, oweLine } from './begun/store.ts'
import { deleteArtifacts, deleteEmptyRepository, readFreeOf, readPushedBefore } from './store.ts'

const AT_ONCE = 4
/** Each is told by statements of its own, and a transaction has seconds. */
const ARTIFACTS_PER_TRANSACTION = 500

/**
 * Ends a repository's deletion that was cut short: artifacts that the registry has lost go from the index, in the name of
 * who asked, and the repository with them when nothing else is in it. The others stay, and may be newer than the wish: the
 * line says that it was cut short, and how many are gone.
 *
 * @returns false when nothing is gone
 */
export async function finishRepository(
  core: Core,
  removal: BegunRemoval & { kind: 'repository' },
  perTransaction = ARTIFACTS_PER_TRANSACTION,
): Promise<boolean> {
  const { id, actor, repository, origin, at, failed } = removal
  const place = await placeNamed(core, repository)
  if (!place) return false
  const { repositoryId } = place
  const gone: number[] = []
  const artifacts = await readPushedBefore(core, repositoryId, at)
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let artifact = artifacts.shift(); artifact; artifact = artifacts.shift()) {
      const { digest } = artifact
      const held = await registryClient(core).headManifest(repositoryNamed(repository), parseDigest(digest))
      if (!held) gone.push(artifact.id)
    }
  })
  await Promise.all(workers)
  if (gone.length === 0) return false
  // An index came after its children: it is in a part before theirs, or in the same.
  gone.sort((one, other) => other - one)
  let artifactsBefore = 0
  const finish = (part: readonly number[], isLast: boolean) =>
    core.db.transaction(async (tx) => {
      await lockProject(tx, place.project.id)
      if (!(await lockRepository(tx, repositoryId))) return undefined
      if (!(await (isLast ? endRemoval(tx, id) : oweLine(tx, id)))) return undefined
      // What an index holds that is still there cannot go before it.
      const leaving = await readFreeOf(tx, part)
      const { deleted } = await deleteArtifacts(tx, repositoryId, leaving, new Date(core.now()))
      await announceDeletion(core, tx, actor, TOLD, place, deleted, '')
      if (!isLast) return deleted.length
      const count = { artifacts: artifactsBefore + deleted.length }
      if ((await tx.artifact.count({ where: { repositoryId } })) === 0) {
        await deleteEmptyRepository(tx, { id: repositoryId, projectId: place.project.id })
        const event = { repository, repositoryId, ...count, public: place.project.public }
        await writeRemoval(core, tx, removal, { detail: count, subject: repository, event })
      } else if (!failed || count.artifacts > 0)
        await writeRemoval(core, tx, removal, { result: 'failed', detail: { ...count, cut_short: true } })
      return deleted.length
    })
  return withOrigin(origin, async () => {
    for (let start = 0; start < gone.length; start += perTransaction) {
      const end = start + perTransaction
      const deleted = await finish(gone.slice(start, end), end >= gone.length)
      if (deleted === undefined) return false
      artifactsBefore += deleted
    }
    return true
  })
}
