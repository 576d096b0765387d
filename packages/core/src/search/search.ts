import type { Actor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest } from '../errors/index.ts'
import { type FoundProject, type FoundRepository, findProjects, findRepositories } from './store.ts'

const MAX_RESULTS = 50
const MAX_TEXT_LENGTH = 255

/**
 * Projects and repositories whose name contains the text, whatever its case; only what the actor may see, at most 50
 * of each, shortest names first.
 *
 * @throws DomainError BAD_REQUEST for a text longer than any name
 */
export async function search(
  core: Core,
  actor: Actor,
  text: string,
): Promise<{ projects: FoundProject[]; repositories: FoundRepository[] }> {
  if (text.length > MAX_TEXT_LENGTH) throw badRequest('search for at most 255 characters')
  // U+0000 is in no name, and Postgres takes it in no parameter.
  if (text.includes('\0')) return { projects: [], repositories: [] }
  const [projects, repositories] = await Promise.all([
    findProjects(core, actor, text, MAX_RESULTS),
    findRepositories(core, actor, text, MAX_RESULTS),
  ])
  return { projects, repositories }
}
