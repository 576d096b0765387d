import { parseDigest } from '@berth/registry-client'
import { withOrigin } from '../../audit/index.ts'
import type { Core } from '../../context/index.ts'
import { registryClient } from '../../registry/index.ts'
import { lockRepository } from '../indexing/store.ts'
import { repositoryNamed } from '../name.ts'
import { TOLD } from '../news.ts'
import { placeNamed } from '../place.ts'
import { announceDeletion } from './announce-deletion.ts'
import { writeRemoval } from './begun/line.ts'
import { type BegunRemoval, endRemoval } from './begun/store.ts'
import { deleteArtifacts, readFreeOf, readPushedBefore } from './store.ts'

const AT_ONCE = 4

/**
 * Ends a repository's deletion that was cut short: artifacts that the registry has lost go from the index, in the name of
 * who asked. The others stay, and may be newer than the wish: the line says that it failed, and how many are gone.
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
      if (!(await endRemoval(tx, id)) || !(await lockRepository(tx, repositoryId))) return false
      // What an index holds that is still there cannot go before it.
      const leaving = await readFreeOf(tx, gone)
      const { deleted } = await deleteArtifacts(tx, repositoryId, leaving, new Date(core.now()))
      await announceDeletion(core, tx, actor, TOLD, place, deleted, '')
      const detail = { artifacts: deleted.length }
      if (!failed) await writeRemoval(core, tx, removal, { result: 'failed', detail })
      return true
    })
  return withOrigin(origin, finish)
}
