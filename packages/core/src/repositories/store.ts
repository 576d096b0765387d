import { type Actor, visibleProjects } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'

/** Names of repositories with something in them, in projects the actor may see, after `last`. */
export async function readCatalog(
  core: Core,
  actor: Actor,
  n: number,
  last: string | undefined,
): Promise<string[]> {
  const visible = visibleProjects(actor, 'p')
  const rows = await core.db.query<{ name: string }>(
    `SELECT r.name FROM repositories r JOIN projects p ON p.id = r.project_id
      WHERE r.name > ? AND r.artifact_count > 0 AND ${visible.sql} ORDER BY r.name LIMIT ?`,
    [last ?? '', ...visible.params, n],
  )
  return rows.map((row) => row.name)
}
