import { type Actor, visibleProjects } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'

/** Projects and their repositories that the actor may see, apart for public and private ones. */
export async function countVisible(
  core: Core,
  actor: Actor,
): Promise<{ public: boolean; projects: number; repositories: number }[]> {
  const visible = visibleProjects(actor, 'p')
  const rows = await core.db.query<{ public: boolean; projects: number; repositories: number }>(
    `SELECT p.public, COUNT(*) AS projects, SUM(p.repository_count) AS repositories FROM projects p
      WHERE ${visible.sql} GROUP BY p.public`,
    visible.params,
  )
  return rows.map((row) => ({ ...row, repositories: Number(row.repositories) }))
}

/** Bytes of all blobs and manifests, each counted once. */
export async function readStorageBytes(core: Core): Promise<number> {
  const [row] = await core.db.query<{ blobs: number | string | null; manifests: number | string | null }>(
    `SELECT (SELECT SUM(size_bytes) FROM blobs) AS blobs,
            (SELECT SUM(manifest_size_bytes) FROM artifacts) AS manifests`,
  )
  return Number(row?.blobs ?? 0) + Number(row?.manifests ?? 0)
}
