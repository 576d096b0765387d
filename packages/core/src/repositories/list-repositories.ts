import { type Actor, authorizeWithin } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { and, type ListQuery, type Page, where } from '../list-query/index.ts'
import { parseLimit, withinLimits } from '../repository-limits/index.ts'
import { type Repository, repositoryColumns } from './model.ts'
import { countRepositories, inProject, readRepositories, readRepositoryCount, readVisible } from './store.ts'

const isPlain = (query: ListQuery) =>
  !query.filters.some(({ field }) => Object.hasOwn(repositoryColumns, field))

/**
 * A project's repositories, newest first; `patterns`: only those that a limit with them reaches, beside what the actor
 * may list.
 *
 * @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND; BAD_REQUEST for patterns that no limit can have
 */
export async function listRepositories(
  core: Core,
  actor: Actor,
  { project: name, query, patterns }: { project: string; query: ListQuery; patterns?: string[] },
): Promise<Page<Repository>> {
  const { project, within } = await authorizeWithin(core, actor, 'list', 'repository', { name })
  const conditions = where(repositoryColumns, query.filters, core.db.provider)
  const limit = parseLimit(patterns)
  const narrowed = [
    ...(within ? [within] : []),
    ...(limit ? [withinLimits(core, [{ id: project.id, limit }], 'r')] : []),
  ]
  const scope = and([inProject(project.id), ...narrowed])
  const [items, total] = await Promise.all([
    readRepositories(core, scope, conditions, query),
    isPlain(query) && narrowed.length === 0
      ? readRepositoryCount(core, project.id)
      : countRepositories(core, scope, conditions),
  ])
  return { items, total }
}

/** Repositories of all projects that the actor may see, newest first. */
export async function listAllRepositories(
  core: Core,
  actor: Actor,
  { query }: { query: ListQuery },
): Promise<Page<Repository>> {
  const conditions = where(repositoryColumns, query.filters, core.db.provider)
  const { scope, total: all } = await readVisible(core, actor)
  const [items, total] = await Promise.all([
    readRepositories(core, scope, conditions, query),
    isPlain(query) && all !== undefined ? all : countRepositories(core, scope, conditions),
  ])
  return { items, total }
}
