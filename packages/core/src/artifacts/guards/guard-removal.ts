import type { Core } from '../../context/index.ts'
import { refuseReadOnly } from '../../read-only/index.ts'
import { projectOf } from '../name.ts'
import { refuseLoss } from './refuse-immutable.ts'

/**
 * The one place that says no to taking something out of a repository that somebody may delete: a tag, or an artifact
 * with its tags. Asked while `changingRepository` is held, before the registry hears of it.
 *
 * @param tags those that go
 * @throws DomainError DENIED (read-only), PRECONDITION (immutable), NOT_FOUND; errors of the database as they come
 */
export async function guardRemoval(core: Core, repository: string, tags: readonly string[]): Promise<void> {
  await refuseReadOnly(core, { name: projectOf(repository) })
  await refuseLoss(core, repository, tags)
}
