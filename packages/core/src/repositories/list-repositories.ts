import { type Actor, authorizeWithin } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { and, type ListQuery, type Page, where } from '../list-query/index.ts'
import { type Repository, repositoryColumns } from './model.ts'
import { countRepositories, inProject, readRepositories, readRepositoryCount, readVisible } from './store.ts'

const isPlain = (query: ListQuery) =>
  !query.filters.some(({ field }) => Object.hasOwn(repositoryColumns, field))

/** A project's repositories, newest first. @throws DomainError UNAUTHORIZED, FORBIDDEN, NOT_FOUND */
export async function listRepositories(
  core: Core,
  actor: Actor,
  { project: name, query }: { project: string; query: ListQuery },
): Promise<Page<Repository>> {
  const { project, within } = await authorizeWithin(core, actor, 'list', 'repository', { name })
  const conditions = where(repositoryColumns, query.filters, core.db.provider)
  const scope = within ? and([inProject(project.id), within]) : inProject(project.id)
  const [items, total] = await Promise.all([
    readRepositories(core, scope, conditions, query),
    isPlain(query) && !within
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
