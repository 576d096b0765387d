import type { Core } from '../../context/index.ts'
import { refuseReadOnly } from '../../read-only/index.ts'
import { projectOf } from '../name.ts'
import { type Leaving, refuseLoss } from './refuse-immutable.ts'

/**
 * The one place that says no to taking something out of a repository that somebody may delete: a tag, or artifacts
 * with the tags that the index and the registry have on them. Asked while `changingRepository` is held, before the registry hears of it.
 *
 * @throws DomainError DENIED (read-only), PRECONDITION (immutable), NOT_FOUND; UNAVAILABLE when the registry cannot be
 * asked for its tags; errors of the database as they come
 */
export async function guardRemoval(core: Core, repository: string, leaving: Leaving): Promise<void> {
  await refuseReadOnly(core, { name: projectOf(repository) })
  await refuseLoss(core, repository, leaving)
}
