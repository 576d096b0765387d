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
  return (
    row && {
      id: row.id,
      name: row.name,
      public: row.public,
      ownerId: row.owner_id,
      createdAt: row.created_at,
    }
  )
}

/** Role ids that the person holds in the project; directly, for now, and so at most one. */
export async function readRoleIds(core: Core, userId: number, projectId: number): Promise<number[]> {
  const rows = await core.db.query<{ role_id: number }>(
    'SELECT role_id FROM members WHERE project_id = ? AND user_id = ?',
    [projectId, userId],
  )
  return rows.map((row) => row.role_id)
}
