import type { Tx } from '@berth/db'
import { type Actor, isPrivileged, visibleProjects } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { type Condition, type ListQuery, limit, orderBy } from '../list-query/index.ts'
import { type Repository, repositoryColumns } from './model.ts'

type RepositoryRow = {
  id: number
  project_id: number
  name: string
  description: string
  artifact_count: number
  pull_count: number
  created_at: Date
  updated_at: Date
}
const fields =
  'r.id, r.project_id, r.name, r.description, r.artifact_count, r.pull_count, r.created_at, r.updated_at'

const toRepository = (row: RepositoryRow): Repository => ({
  id: row.id,
  projectId: row.project_id,
  name: row.name,
  description: row.description,
  artifactCount: row.artifact_count,
  pullCount: row.pull_count,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export const inProject = (projectId: number): Condition => ({ sql: 'r.project_id = ?', params: [projectId] })

/** Repositories of projects that the actor may see. */
export function visibleTo(actor: Actor): Condition {
  if (isPrivileged(actor)) return { sql: '1 = 1', params: [] }
  const { sql, params } = visibleProjects(actor, 'p')
  return { sql: `r.project_id IN (SELECT p.id FROM projects p WHERE ${sql})`, params }
}

export async function readRepositories(
  core: Core,
  scope: Condition,
  conditions: Condition,
  query: ListQuery,
): Promise<Repository[]> {
  const order = orderBy(repositoryColumns, query.sort, 'r.created_at DESC', 'r.id')
  const page = limit(query)
  const rows = await core.db.query<RepositoryRow>(
    `SELECT ${fields} FROM repositories r WHERE ${scope.sql} AND ${conditions.sql}${order}${page.sql}`,
    [...scope.params, ...conditions.params, ...page.params],
  )
  return rows.map(toRepository)
}

export async function countRepositories(
  core: Core,
  scope: Condition,
  conditions: Condition,
): Promise<number> {
  const [row] = await core.db.query<{ total: number }>(
    `SELECT COUNT(*) AS total FROM repositories r WHERE ${scope.sql} AND ${conditions.sql}`,
    [...scope.params, ...conditions.params],
  )
  return row?.total ?? 0
}

/** The counts kept with the projects, added up: a list without filters counts no rows. */
export async function readKeptCount(core: Core, which: { projectId: number } | Actor): Promise<number> {
  const { sql, params } =
    'projectId' in which ? { sql: 'p.id = ?', params: [which.projectId] } : visibleProjects(which, 'p')
  const [row] = await core.db.query<{ total: number | null }>(
    `SELECT SUM(p.repository_count) AS total FROM projects p WHERE ${sql}`,
    params,
  )
  return Number(row?.total ?? 0)
}

export async function readRepository(core: Core, name: string): Promise<Repository | undefined> {
  const [row] = await core.db.query<RepositoryRow>(`SELECT ${fields} FROM repositories r WHERE r.name = ?`, [
    name,
  ])
  return row && toRepository(row)
}

/** False when there is no such repository. */
export async function writeDescription(core: Core, name: string, description: string): Promise<boolean> {
  const { count } = await core.db.prisma.repository.updateMany({
    where: { name },
    data: { description, updatedAt: new Date(core.now()) },
  })
  return count > 0
}

export async function readDigests(core: Core, repositoryId: number): Promise<string[]> {
  // Newest first: an index was pushed after its children, and must not outlive them.
  const rows = await core.db.query<{ digest: string }>(
    'SELECT digest FROM artifacts WHERE repository_id = ? ORDER BY id DESC',
    [repositoryId],
  )
  return rows.map((row) => row.digest)
}

/**
 * Removes the repository with all its rows, unless it holds an artifact besides these.
 * Order of locks as in a first push: project, repository.
 */
export async function deleteRepositoryRows(
  tx: Tx,
  repository: Pick<Repository, 'id' | 'projectId'>,
  digests: ReadonlySet<string>,
): Promise<'deleted' | 'changed'> {
  const { id, projectId } = repository
  await tx.$queryRaw`SELECT id FROM projects WHERE id = ${projectId} FOR UPDATE`
  const locked = await tx.$queryRaw<{ id: number }[]>`SELECT id FROM repositories WHERE id = ${id} FOR UPDATE`
  if (locked.length === 0) return 'deleted'
  const held = await tx.artifact.findMany({ where: { repositoryId: id }, select: { digest: true } })
  if (held.some(({ digest }) => !digests.has(digest))) return 'changed'
  // A child's row may not go while a line of an index points at it; the rest goes with the repository's row.
  await tx.artifactReference.deleteMany({ where: { parent: { repositoryId: id } } })
  await tx.artifact.deleteMany({ where: { repositoryId: id } })
  await tx.repository.delete({ where: { id }, select: { id: true } })
  await tx.project.update({
    where: { id: projectId },
    data: { repositoryCount: { decrement: 1 } },
    select: { id: true },
  })
  return 'deleted'
}

/** Names of repositories with something in them, in projects the actor may see, after `last`. */
export async function readCatalog(
  core: Core,
  actor: Actor,
  n: number,
  last: string | undefined,
): Promise<string[]> {
  const visible = visibleTo(actor)
  const rows = await core.db.query<{ name: string }>(
    `SELECT r.name FROM repositories r
      WHERE r.name > ? AND r.artifact_count > 0 AND ${visible.sql} ORDER BY r.name LIMIT ?`,
    [last ?? '', ...visible.params, n],
  )
  return rows.map((row) => row.name)
}
