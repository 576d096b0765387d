import type { Tx } from '@berth/db'
import { deleteEmptyRepository, type Told, toldFields } from '../artifacts/index.ts'
import { type AuditLine, record } from '../audit/index.ts'
import { type Actor, isPrivileged, limitedProjects, visibleProjects } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { type Condition, type ListQuery, limit, orderBy } from '../list-query/index.ts'
import { countOut, readHoldings } from '../quotas/index.ts'
import { withinLimits } from '../repository-limits/index.ts'
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

export interface VisibleRepositories {
  scope: Condition
  /** The counts kept with the projects, added up: a list without filters counts no rows. Undefined: count them. */
  total: number | undefined
}

// With so many projects a list of their ids is slower than the condition itself.
const MAX_IDS = 1_024

/**
 * Repositories of projects that the actor may see. The projects are asked for first: knowing how many there are, the
 * database chooses between their repositories and the newest of all; from the condition it guesses badly.
 */
export async function readVisible(core: Core, actor: Actor): Promise<VisibleRepositories> {
  const list = { action: 'list', resource: 'repository' } as const
  const visible = visibleProjects(actor, 'p', list)
  if (isPrivileged(actor)) {
    const [row] = await core.db.query<{ total: number | null }>(
      'SELECT SUM(p.repository_count) AS total FROM projects p',
    )
    return { scope: { sql: '1 = 1', params: [] }, total: Number(row?.total ?? 0) }
  }
  const projects = await core.db.query<{ id: number; repository_count: number }>(
    `SELECT p.id, p.repository_count FROM projects p WHERE p.repository_count > 0 AND ${visible.sql}`,
    visible.params,
  )
  const limited = await limitedProjects(core, actor, list)
  if (limited.length > 0) {
    const whole = `r.project_id IN (SELECT p.id FROM projects p WHERE ${visible.sql})`
    const within = withinLimits(core, limited, 'r')
    const params = [...visible.params, ...within.params]
    return { scope: { sql: `(${whole} OR ${within.sql})`, params }, total: undefined }
  }
  const total = projects.reduce((sum, project) => sum + project.repository_count, 0)
  if (projects.length === 0) return { scope: { sql: '1 = 0', params: [] }, total }
  if (projects.length > MAX_IDS) {
    const scope = { ...visible, sql: `r.project_id IN (SELECT p.id FROM projects p WHERE ${visible.sql})` }
    return { scope, total }
  }
  const ids = projects.map((project) => project.id)
  // Filled up to a power of two, so that few different statements have to be prepared.
  while (ids.length & (ids.length - 1)) ids.push(ids[0]!)
  return { scope: { sql: `r.project_id IN (${ids.map(() => '?').join(', ')})`, params: ids }, total }
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

/** As kept with the project. */
export async function readRepositoryCount(core: Core, projectId: number): Promise<number> {
  const [row] = await core.db.query<{ repository_count: number }>(
    'SELECT repository_count FROM projects WHERE id = ?',
    [projectId],
  )
  return row?.repository_count ?? 0
}

export async function readRepository(core: Core, name: string): Promise<Repository | undefined> {
  const [row] = await core.db.query<RepositoryRow>(`SELECT ${fields} FROM repositories r WHERE r.name = ?`, [
    name,
  ])
  return row && toRepository(row)
}

/** `lineOf` says what is recorded, given what was there before. False when there is no such repository. */
export const writeDescription = (
  core: Core,
  name: string,
  description: string,
  lineOf: (before: string) => AuditLine,
): Promise<boolean> =>
  core.db.transaction(async (tx) => {
    const [row] = await tx.$queryRaw<{ id: number; description: string }[]>`
      SELECT id, description FROM repositories WHERE name = ${name} FOR UPDATE`
    if (!row) return false
    await tx.repository.updateMany({
      where: { id: row.id },
      data: { description, updatedAt: new Date(core.now()) },
    })
    await record(core, tx, lineOf(row.description))
    return true
  })

export async function readDigests(core: Core, repositoryId: number): Promise<string[]> {
  // Newest first: an index was pushed after its children, and must not outlive them.
  const rows = await core.db.query<{ digest: string }>(
    'SELECT digest FROM artifacts WHERE repository_id = ? ORDER BY id DESC',
    [repositoryId],
  )
  return rows.map((row) => row.digest)
}

export async function readTagNames(core: Core, repositoryId: number): Promise<string[]> {
  const rows = await core.db.query<{ name: string }>('SELECT name FROM tags WHERE repository_id = ?', [
    repositoryId,
  ])
  return rows.map((row) => row.name)
}

/**
 * Removes the repository with all its rows, unless it holds an artifact besides these; gives those that it held.
 * Order of locks as in a first push: project, repository.
 */
export async function deleteRepositoryRows(
  tx: Tx,
  repository: Pick<Repository, 'id' | 'projectId'>,
  digests: ReadonlySet<string>,
): Promise<(Told & { tags: string[] })[] | 'gone' | 'changed'> {
  const { id, projectId } = repository
  await tx.$queryRaw`SELECT id FROM projects WHERE id = ${projectId} FOR UPDATE`
  const locked = await tx.$queryRaw<{ id: number }[]>`SELECT id FROM repositories WHERE id = ${id} FOR UPDATE`
  if (locked.length === 0) return 'gone'
  const held = await tx.artifact.findMany({
    where: { repositoryId: id },
    select: { ...toldFields, id: true, tags: { select: { name: true } } },
    orderBy: { id: 'asc' },
  })
  if (held.some(({ digest }) => !digests.has(digest))) return 'changed'
  const holdings = await readHoldings(
    tx,
    held.map((artifact) => artifact.id),
  )
  // A child's row may not go while a line of an index points at it; the rest goes with the repository's row.
  await tx.artifactReference.deleteMany({ where: { parent: { repositoryId: id } } })
  await tx.artifact.deleteMany({ where: { repositoryId: id } })
  await deleteEmptyRepository(tx, { id, projectId })
  await countOut(tx, projectId, holdings)
  return held.map(({ tags, ...artifact }) => ({ ...artifact, tags: tags.map(({ name }) => name) }))
}

/** Names of repositories with something in them, in projects the actor may see, after `last`. */
export async function readCatalog(
  core: Core,
  actor: Actor,
  n: number,
  last: string | undefined,
): Promise<string[]> {
  const { scope } = await readVisible(core, actor)
  const rows = await core.db.query<{ name: string }>(
    `SELECT r.name FROM repositories r
      WHERE r.name > ? AND r.artifact_count > 0 AND ${scope.sql} ORDER BY r.name LIMIT ?`,
    [last ?? '', ...scope.params, n],
  )
  return rows.map((row) => row.name)
}
