import type { Actor } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest } from '../errors/index.ts'
import { listProjects, type Project } from '../projects/index.ts'
import { type FoundRepository, findRepositories } from './store.ts'

const MAX_RESULTS = 50
const MAX_TEXT_LENGTH = 255

/**
 * Projects and repositories whose name contains the text, whatever its case; only what the actor may see, at most 50
 * of each.
 *
 * @throws DomainError BAD_REQUEST for a text longer than any name
 */
export async function search(
  core: Core,
  actor: Actor,
  text: string,
): Promise<{ projects: Project[]; repositories: FoundRepository[] }> {
  if (text.length > MAX_TEXT_LENGTH) throw badRequest('search for at most 255 characters')
  // U+0000 is in no name, and Postgres takes it in no parameter.
  if (text.includes('\0')) return { projects: [], repositories: [] }
  const firstPage = { filters: [], sort: [], page: 1, pageSize: MAX_RESULTS }
  const [projects, repositories] = await Promise.all([
    listProjects(core, actor, { ...firstPage, name: text }),
    findRepositories(core, actor, text, MAX_RESULTS),
  ])
  return { projects: projects.items, repositories }
}
