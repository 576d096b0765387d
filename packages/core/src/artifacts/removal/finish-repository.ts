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
import { type BegunRemoval, endRemoval } from './begun/store.ts'
import { deleteArtifacts, deleteEmptyRepository, readFreeOf, readPushedBefore } from './store.ts'

const AT_ONCE = 4

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
  const finish = () =>
    core.db.transaction(async (tx) => {
      await lockProject(tx, place.project.id)
      if (!(await lockRepository(tx, repositoryId)) || !(await endRemoval(tx, id))) return false
      // What an index holds that is still there cannot go before it.
      const leaving = await readFreeOf(tx, gone)
      const { deleted } = await deleteArtifacts(tx, repositoryId, leaving, new Date(core.now()))
      await announceDeletion(core, tx, actor, TOLD, place, deleted, '')
      const count = { artifacts: deleted.length }
      if ((await tx.artifact.count({ where: { repositoryId } })) === 0) {
        await deleteEmptyRepository(tx, { id: repositoryId, projectId: place.project.id })
        const event = { repository, repositoryId, ...count, public: place.project.public }
        await writeRemoval(core, tx, removal, { detail: count, subject: repository, event })
      } else if (!failed)
        await writeRemoval(core, tx, removal, { result: 'failed', detail: { ...count, cut_short: true } })
      return true
    })
  return withOrigin(origin, finish)
}
