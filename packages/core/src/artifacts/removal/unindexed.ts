import { type Digest, parseDigest, type RepositoryName } from '@berth/registry-client'
import { type Actor, authorizeRepository, type ProjectFacts } from '../../authorization/index.ts'
import type { Core } from '../../context/index.ts'
import { askRegistry } from '../../registry/index.ts'
import { repositoryNamed } from '../name.ts'
import { removing } from './begun/begin.ts'
import { writeRemoval } from './begun/line.ts'
import { endRemoval } from './begun/store.ts'

/** What is to leave a repository, by its names as people write them. */
export interface Named {
  repository: string
  digest: string
}
interface Meant {
  repository: RepositoryName
  digest: Digest
  project: ProjectFacts
}

/** What somebody who may delete there means. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND, DIGEST_INVALID */
export async function meant(core: Core, actor: Actor, named: Named): Promise<Meant> {
  const repository = repositoryNamed(named.repository)
  const digest = parseDigest(named.digest)
  return {
    repository,
    digest,
    project: await authorizeRepository(core, actor, 'delete', 'artifact', repository),
  }
}

/**
 * Takes out of the registry what the index does not know: nothing of the index changes, and no transaction waits for the
 * registry. What is wanted is written before, so that no end of this process loses its line: `settleRemovals`.
 */
export function removeOnlyThere(
  core: Core,
  actor: Actor,
  kind: 'artifact' | 'blob',
  { repository, digest, project }: Meant,
  remove: () => Promise<void>,
): Promise<void> {
  return removing(core, actor, { kind, repository, digest, projectId: project.id }, async (begun) => {
    begun.asking()
    await askRegistry(remove)
    await core.db.transaction(async (tx) => {
      if (await endRemoval(tx, begun.id)) await writeRemoval(core, tx, begun)
    })
  })
}
