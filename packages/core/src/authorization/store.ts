import type { Core } from '../context/index.ts'
import { limitOf, type RepositoryLimit } from '../repository-limits/index.ts'
import type { ProjectFacts } from './model.ts'

type ProjectRow = { id: number; name: string; public: boolean; owner_id: number | null; created_at: Date }
const columns = 'id, name, public, owner_id, created_at'

export async function readProject(
  core: Core,
  ref: { id: number } | { name: string },
): Promise<ProjectFacts | undefined> {
  const [row] =
    'id' in ref
      ? await core.db.query<ProjectRow>(`SELECT ${columns} FROM projects WHERE id = ?`, [ref.id])
      : await core.db.query<ProjectRow>(`SELECT ${columns} FROM projects WHERE name = ?`, [ref.name])
  // MariaDB compares without spaces at the end: `team ` is not `team`.
  if (!row || ('name' in ref && row.name !== ref.name)) return undefined
  return {
    id: row.id,
    name: row.name,
    public: row.public,
    ownerId: row.owner_id,
    createdAt: row.created_at,
  }
}

export interface Membership {
  projectId: number
  roleId: number
  /** Null: the whole project. */
  limit: RepositoryLimit | null
}
interface MembershipRow extends Record<string, unknown> {
  project_id: number
  role_id: number
  repositories: unknown
}

/** Through a UNION a driver no longer knows the column for JSON, and gives its text. */
const patternsOf = (value: unknown): string[] =>
  typeof value === 'string' ? JSON.parse(value) : (value as string[])

const toMembership = (row: MembershipRow): Membership => ({
  projectId: row.project_id,
  roleId: row.role_id,
  limit: row.repositories === null ? null : limitOf(patternsOf(row.repositories)),
})

/** What the person holds in the project, directly and through groups. */
export async function readRoles(core: Core, userId: number, projectId: number): Promise<Membership[]> {
  const rows = await core.db.query<MembershipRow>(
    `SELECT project_id, role_id, repositories FROM members WHERE project_id = ? AND user_id = ?
     UNION ALL SELECT m.project_id, m.role_id, m.repositories
       FROM user_group_members g JOIN members m ON m.group_id = g.group_id
      WHERE g.user_id = ? AND m.project_id = ?`,
    [projectId, userId, userId, projectId],
  )
  return rows.map(toMembership)
}

/**
 * All roles of the person, directly and through groups, by project id; several in one project are several rows.
 * `limitedOnly`: those that do not reach the whole project.
 */
export async function readMemberships(
  core: Core,
  userId: number,
  { limitedOnly = false }: { limitedOnly?: boolean } = {},
): Promise<Membership[]> {
  const limited = limitedOnly ? ' AND repositories IS NOT NULL' : ''
  const rows = await core.db.query<MembershipRow>(
    `SELECT project_id, role_id, repositories FROM members WHERE user_id = ?${limited}
     UNION ALL SELECT m.project_id, m.role_id, m.repositories
       FROM user_group_members g JOIN members m ON m.group_id = g.group_id
      WHERE g.user_id = ?${limited} ORDER BY project_id`,
    [userId, userId],
  )
  return rows.map(toMembership)
}

export async function readPublicProjectIds(core: Core): Promise<number[]> {
  const rows = await core.db.query<{ id: number }>('SELECT id FROM projects WHERE public = TRUE ORDER BY id')
  return rows.map((row) => row.id)
}

export async function readProjectIds(core: Core): Promise<number[]> {
  const rows = await core.db.query<{ id: number }>('SELECT id FROM projects ORDER BY id')
  return rows.map((row) => row.id)
}
