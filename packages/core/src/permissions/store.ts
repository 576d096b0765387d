import { roleIds } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'

export async function administersAnyProject(core: Core, userId: number): Promise<boolean> {
  const sql = `SELECT project_id FROM members WHERE user_id = ? AND role_id = ?
    UNION SELECT m.project_id FROM user_group_members g JOIN members m ON m.group_id = g.group_id
     WHERE g.user_id = ? AND m.role_id = ? LIMIT 1`
  const params = [userId, roleIds.projectAdmin, userId, roleIds.projectAdmin]
  return (await core.db.query(sql, params)).length > 0
}
