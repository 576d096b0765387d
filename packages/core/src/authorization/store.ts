import type { Core } from '../context/index.ts'
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

/** Role ids that the person holds in the project, directly and through groups. */
export async function readRoleIds(core: Core, userId: number, projectId: number): Promise<number[]> {
  const rows = await core.db.query<{ role_id: number }>(
    `SELECT role_id FROM members WHERE project_id = ? AND user_id = ?
     UNION SELECT m.role_id FROM user_group_members g JOIN members m ON m.group_id = g.group_id
      WHERE g.user_id = ? AND m.project_id = ?`,
    [projectId, userId, userId, projectId],
  )
  return rows.map((row) => row.role_id)
}

/** All roles of the person, directly and through groups, by project id; several in one project are several rows. */
export async function readMemberships(
  core: Core,
  userId: number,
): Promise<{ projectId: number; roleId: number }[]> {
  const rows = await core.db.query<{ project_id: number; role_id: number }>(
    `SELECT project_id, role_id FROM members WHERE user_id = ?
     UNION SELECT m.project_id, m.role_id FROM user_group_members g JOIN members m ON m.group_id = g.group_id
      WHERE g.user_id = ? ORDER BY project_id`,
    [userId, userId],
  )
  return rows.map((row) => ({ projectId: row.project_id, roleId: row.role_id }))
}

export async function readPublicProjectIds(core: Core): Promise<number[]> {
  const rows = await core.db.query<{ id: number }>('SELECT id FROM projects WHERE public = TRUE ORDER BY id')
  return rows.map((row) => row.id)
}
