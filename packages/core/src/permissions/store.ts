import { roleIds } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'

export async function administersAnyProject(core: Core, userId: number): Promise<boolean> {
  const sql = 'SELECT project_id FROM members WHERE user_id = ? AND role_id = ? LIMIT 1'
  return (await core.db.query(sql, [userId, roleIds.projectAdmin])).length > 0
}
