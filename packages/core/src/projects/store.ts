import { isForeignKeyViolation, isUniqueViolation } from '@berth/db'
import { type AuditLine, record } from '../audit/index.ts'
import { type Actor, repositoryCountOf, roleIds, visibleProjects } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import {
  and,
  type Columns,
  type Condition,
  type ListQuery,
  orderBy,
  type Page,
  readPage,
  where,
} from '../list-query/index.ts'
import type { Project } from './model.ts'

interface ProjectRow extends Record<string, unknown> {
  id: number
  name: string
  public: boolean
  owner_id: number | null
  owner_name: string | null
  repository_count: number
  created_at: Date
  updated_at: Date
  role_ids: string | null
  metadata: Record<string, string> | string | null
}

/** What `q` and `sort` may touch: nothing that an answer does not show. */
const listable: Columns = {
  project_id: { sql: 'p.id', type: 'integer' },
  id: { sql: 'p.id', type: 'integer' },
  name: { sql: 'p.name', type: 'text' },
  owner_id: { sql: 'p.owner_id', type: 'integer' },
  public: { sql: 'p.public', type: 'boolean' },
  repo_count: { sql: 'p.repository_count', type: 'integer' },
  creation_time: { sql: 'p.created_at', type: 'time' },
  update_time: { sql: 'p.updated_at', type: 'time' },
}

// One statement for a list: the owner, the caller's roles and the settings come along, nothing is asked per project.
const FROM = 'projects p LEFT JOIN users o ON o.id = p.owner_id'
const columnsFor = (core: Core, repositoryCount: Condition) => {
  const mysql = core.db.provider === 'mysql'
  const collect = mysql ? 'JSON_OBJECTAGG' : 'json_object_agg'
  const roles = mysql ? 'GROUP_CONCAT(DISTINCT m.role_id)' : "string_agg(DISTINCT m.role_id::text, ',')"
  return `p.id, p.name, p.public, p.owner_id, o.username AS owner_name, ${repositoryCount.sql} AS repository_count, p.created_at,
    p.updated_at, (SELECT ${roles} FROM members m WHERE m.project_id = p.id AND (m.user_id = ?
      OR m.group_id IN (SELECT g.group_id FROM user_group_members g WHERE g.user_id = ?))) AS role_ids,
    (SELECT ${collect}(pm.name, pm.value) FROM project_metadata pm WHERE pm.project_id = p.id) AS metadata`
}

const toProject = (row: ProjectRow): Project => ({
  id: row.id,
  name: row.name,
  public: row.public,
  ownerId: row.owner_id,
  ownerName: row.owner_name,
  repositoryCount: row.repository_count,
  metadata: typeof row.metadata === 'string' ? JSON.parse(row.metadata) : (row.metadata ?? {}),
  currentUserRoleIds: byStrength((row.role_ids ?? '').split(',').filter(Boolean).map(Number)),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

// Strongest first.
const strength: readonly number[] = [
  roleIds.projectAdmin,
  roleIds.maintainer,
  roleIds.developer,
  roleIds.guest,
  roleIds.limitedGuest,
]
const byStrength = (roles: number[]): number[] =>
  roles.sort((a, b) => strength.indexOf(a) - strength.indexOf(b))

const userIdOf = (actor: Actor): number => (actor.kind === 'user' ? actor.id : 0)

export interface ProjectFilter {
  /** Part of the name. */
  name?: string
  public?: boolean
  /** Username, exactly. */
  owner?: string
}

export async function readProjects(
  core: Core,
  actor: Actor,
  filter: ProjectFilter,
  query: ListQuery,
): Promise<Page<Project>> {
  const { provider } = core.db
  const count = await repositoryCountOf(core, actor)
  const { repo_count, ...others } = listable
  // The count kept with the project is not the one that somebody limited is shown.
  const columns = count.params.length === 0 ? listable : others
  const conditions: Condition[] = [visibleProjects(actor, 'p'), where(columns, query.filters, provider)]
  if (filter.name !== undefined)
    conditions.push(where(listable, [{ field: 'name', match: 'fuzzy', value: filter.name }], provider))
  if (filter.public !== undefined)
    conditions.push({ sql: `p.public = ${filter.public ? 'TRUE' : 'FALSE'}`, params: [] })
  if (filter.owner !== undefined)
    conditions.push({ sql: 'p.owner_id = (SELECT id FROM users WHERE username = ?)', params: [filter.owner] })
  const parts = {
    columns: columnsFor(core, count),
    columnParams: [...count.params, userIdOf(actor), userIdOf(actor)],
    from: FROM,
    countFrom: 'projects p',
    condition: and(conditions),
    order: orderBy(columns, query.sort, 'p.name ASC', 'p.id'),
  }
  const { rows, total } = await readPage<ProjectRow>(core.db, parts, query)
  return { items: rows.map(toProject), total }
}

export async function readProject(core: Core, actor: Actor, id: number): Promise<Project | undefined> {
  const count = await repositoryCountOf(core, actor)
  const sql = `SELECT ${columnsFor(core, count)} FROM ${FROM} WHERE p.id = ?`
  const [row] = await core.db.query<ProjectRow>(sql, [...count.params, userIdOf(actor), userIdOf(actor), id])
  return row && toProject(row)
}

/** `within`: further conditions over the alias `r`. */
export async function readRepositoryCount(
  core: Core,
  projectId: number,
  within: readonly Condition[] = [],
): Promise<number> {
  const { sql, params } = and([{ sql: 'r.project_id = ?', params: [projectId] }, ...within])
  const [row] = await core.db.query<{ count: number }>(
    `SELECT count(*) AS count FROM repositories r WHERE ${sql}`,
    params,
  )
  return row?.count ?? 0
}

export async function readMemberCounts(core: Core, projectId: number): Promise<Record<number, number>> {
  const sql = 'SELECT role_id, count(*) AS count FROM members WHERE project_id = ? GROUP BY role_id'
  const rows = await core.db.query<{ role_id: number; count: number }>(sql, [projectId])
  return Object.fromEntries(rows.map((row) => [row.role_id, row.count]))
}

/** The new project's id. Its maker, unless `ownerless` by now, becomes project admin in the same transaction. */
export async function insertProject(
  core: Core,
  project: {
    name: string
    public: boolean
    ownerId: number | null
    metadata: Record<string, string>
    /** Bytes; -1 for no limit. */
    limitBytes: number
  },
  line: AuditLine,
): Promise<number | 'taken' | 'ownerless'> {
  const { name, ownerId, metadata, limitBytes } = project
  try {
    return await core.db.transaction(async (tx) => {
      const now = new Date(core.now())
      const { id } = await tx.project.create({
        data: { name, public: project.public, ownerId, createdAt: now },
        select: { id: true },
      })
      await tx.quota.createMany({ data: [{ projectId: id, limitBytes, createdAt: now }] })
      if (ownerId !== null)
        await tx.member.create({ data: { projectId: id, userId: ownerId, roleId: roleIds.projectAdmin } })
      const rows = Object.entries(metadata).map(([name, value]) => ({ projectId: id, name, value }))
      if (rows.length > 0) await tx.projectMetadata.createMany({ data: rows })
      await record(core, tx, { ...line, projectId: id })
      return id
    })
  } catch (error) {
    if (isUniqueViolation(error)) return 'taken'
    if (isForeignKeyViolation(error)) return 'ownerless'
    throw error
  }
}

/** False when the project is gone. */
export async function updateProjectRow(
  core: Core,
  id: number,
  change: { public?: boolean; metadata: Record<string, string> },
  line: AuditLine,
): Promise<boolean> {
  return core.db.transaction(async (tx) => {
    const { count } = await tx.project.updateMany({
      where: { id },
      data: {
        updatedAt: new Date(core.now()),
        ...(change.public !== undefined && { public: change.public }),
      },
    })
    if (count === 0) return false
    for (const [name, value] of Object.entries(change.metadata))
      await tx.projectMetadata.upsert({
        where: { projectId_name: { projectId: id, name } },
        create: { projectId: id, name, value },
        update: { value },
      })
    await record(core, tx, line)
    return true
  })
}

export async function removeProject(
  core: Core,
  id: number,
  line: AuditLine,
): Promise<'done' | 'missing' | 'not empty'> {
  try {
    return await core.db.transaction(async (tx) => {
      // The quota goes with the project's row. Without repositories there are no holdings, unless a count was wrong.
      const { count } = await tx.project.deleteMany({ where: { id } })
      await tx.projectBlob.deleteMany({ where: { projectId: id } })
      if (count === 0) return 'missing'
      await record(core, tx, line)
      return 'done'
    })
  } catch (error) {
    // The foreign key decides, so that a push at the same moment cannot slip in between a check and the deletion.
    if (isForeignKeyViolation(error)) return 'not empty'
    throw error
  }
}
