import type { Core } from '../../context/index.ts'

export interface RepositoryStorage {
  repositoryId: number
  /** Full name, project first. */
  name: string
  /** Bytes that only this repository holds: deleting it frees them. */
  ownBytes: number
  /** Bytes that other repositories of the project hold too. */
  sharedBytes: number
}

/**
 * What each repository of the project holds, largest own share first. One pass over the project's artifacts: holders
 * are counted per blob and per manifest, both by window functions, which both databases have.
 */
export async function readRepositoryStorage(core: Core, projectId: number): Promise<RepositoryStorage[]> {
  const rows = await core.db.query<{
    id: number
    name: string
    own: number | string
    shared: number | string
  }>(
    `SELECT r.id, r.name, COALESCE(SUM(s.own), 0) AS own, COALESCE(SUM(s.shared), 0) AS shared
      FROM repositories r LEFT JOIN (
        SELECT h.repository_id, SUM(CASE WHEN h.holders = 1 THEN b.size_bytes ELSE 0 END) AS own,
               SUM(CASE WHEN h.holders > 1 THEN b.size_bytes ELSE 0 END) AS shared
          FROM (SELECT d.repository_id, d.blob_id, COUNT(*) OVER (PARTITION BY d.blob_id) AS holders FROM (
            SELECT DISTINCT a.repository_id, ab.blob_id FROM artifacts a
              JOIN artifact_blobs ab ON ab.artifact_id = a.id WHERE a.project_id = ?
          ) d) h JOIN blobs b ON b.id = h.blob_id GROUP BY h.repository_id
        UNION ALL
        SELECT m.repository_id, SUM(CASE WHEN m.holders = 1 THEN m.manifest_size_bytes ELSE 0 END),
               SUM(CASE WHEN m.holders > 1 THEN m.manifest_size_bytes ELSE 0 END)
          FROM (SELECT a.repository_id, a.manifest_size_bytes,
                       COUNT(*) OVER (PARTITION BY a.digest) AS holders
                  FROM artifacts a WHERE a.project_id = ?) m GROUP BY m.repository_id
      ) s ON s.repository_id = r.id
      WHERE r.project_id = ? GROUP BY r.id, r.name ORDER BY own DESC, shared DESC, r.id`,
    [projectId, projectId, projectId],
  )
  return rows.map(({ id, name, own, shared }) => ({
    repositoryId: id,
    name,
    ownBytes: Number(own),
    sharedBytes: Number(shared),
  }))
}

/** Bytes of what the repository holds, each blob and manifest once. */
export async function readRepositoryBytes(core: Core, repositoryId: number): Promise<number> {
  const [row] = await core.db.query<{ blobs: number | string | null; manifests: number | string | null }>(
    `SELECT (SELECT SUM(b.size_bytes) FROM blobs b WHERE b.id IN (
        SELECT ab.blob_id FROM artifacts a JOIN artifact_blobs ab ON ab.artifact_id = a.id WHERE a.repository_id = ?
      )) AS blobs, (SELECT SUM(a.manifest_size_bytes) FROM artifacts a WHERE a.repository_id = ?) AS manifests`,
    [repositoryId, repositoryId],
  )
  return Number(row?.blobs ?? 0) + Number(row?.manifests ?? 0)
}
