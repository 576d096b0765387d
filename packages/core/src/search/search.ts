import { type Actor, type ProjectSet, projectsWith } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { badRequest } from '../errors/index.ts'
import { listProjects, type Project } from '../projects/index.ts'
import { MAX_TEXT_LENGTH, type Place } from './model.ts'
import { nameSpan } from './spans.ts'
import { type FoundRepository, readRepositories } from './store.ts'
import { namesWithinWords, nameWords } from './walking/sources.ts'
import { walk } from './walking/walk.ts'

const MAX_RESULTS = 50
// Of so many the shortest names are shown: reading all that match would grow with the registry.
const MAX_CANDIDATES = 200

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
  if (text.includes('\0') || !text.isWellFormed()) return { projects: [], repositories: [] }
  const firstPage = { filters: [], sort: [], page: 1, pageSize: MAX_RESULTS }
  const [projects, repositories] = await Promise.all([
    listProjects(core, actor, { ...firstPage, name: text }),
    findRepositories(core, actor, text.toLowerCase()),
  ])
  return { projects: projects.items, repositories }
}

async function findRepositories(core: Core, actor: Actor, text: string): Promise<FoundRepository[]> {
  const [set] = await projectsWith(core, actor, [{ action: 'list', resource: 'repository' }])
  const ids = new Set<number>()
  for (const source of [nameWords, namesWithinWords])
    if (ids.size < MAX_CANDIDATES) for (const id of await candidates(core, source, set!, text)) ids.add(id)
  const found = [...(await readRepositories(core, [...ids])).values()]
  return found
    .filter(({ name }) => name.includes(text))
    .sort((a, b) => a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_RESULTS)
}

async function candidates(
  core: Core,
  source: Parameters<typeof walk>[1],
  set: ProjectSet,
  text: string,
): Promise<number[]> {
  const places: Place[] = await walk(core, source, set, nameSpan(text), MAX_CANDIDATES)
  return places.map((place) => place.id)
}
