import { type Actor, repositoryCountOf, visibleProjects } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'

/** Projects and their repositories that the actor may see, apart for public and private ones. */
export async function countVisible(
  core: Core,
  actor: Actor,
): Promise<{ public: boolean; projects: number; repositories: number }[]> {
  const visible = visibleProjects(actor, 'p')
  const count = await repositoryCountOf(core, actor)
  const rows = await core.db.query<{ public: boolean; projects: number; repositories: number }>(
    `SELECT p.public, COUNT(*) AS projects, SUM(${count.sql}) AS repositories FROM projects p
      WHERE ${visible.sql} GROUP BY p.public`,
    [...count.params, ...visible.params],
  )
  return rows.map((row) => ({ ...row, repositories: Number(row.repositories) }))
}

/** Bytes of all blobs and manifests that some project holds, each counted once. */
export async function readStorageBytes(core: Core): Promise<number> {
  const [row] = await core.db.query<{ bytes: number | string | null }>(
    `SELECT SUM(b.size_bytes) AS bytes FROM blobs b
      WHERE EXISTS (SELECT 1 FROM project_blobs pb WHERE pb.blob_id = b.id)`,
  )
  return Number(row?.bytes ?? 0)
}
