import { marks } from '@berth/db'
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

/** What a repository held at a version of its content. */
export interface HeldBytes {
  repositoryId: number
  version: number
  bytes: number
}

/** Bytes of what each repository holds, each blob and manifest once, in one statement: versions and sums fit together. */
export async function readHeldBytes(core: Core, ids: readonly number[]): Promise<HeldBytes[]> {
  if (ids.length === 0) return []
  const wanted = `IN (${marks(ids)})`
  const rows = await core.db.query<{ id: number; content_version: number; bytes: number | string | null }>(
    `SELECT r.id, r.content_version, s.bytes FROM repositories r LEFT JOIN (
        SELECT u.repository_id, SUM(u.bytes) AS bytes FROM (
          SELECT h.repository_id, SUM(b.size_bytes) AS bytes FROM (
            SELECT DISTINCT a.repository_id, ab.blob_id FROM artifacts a
              JOIN artifact_blobs ab ON ab.artifact_id = a.id WHERE a.repository_id ${wanted}
          ) h JOIN blobs b ON b.id = h.blob_id GROUP BY h.repository_id
          UNION ALL
          SELECT a.repository_id, SUM(a.manifest_size_bytes) FROM artifacts a
            WHERE a.repository_id ${wanted} GROUP BY a.repository_id
        ) u GROUP BY u.repository_id
      ) s ON s.repository_id = r.id WHERE r.id ${wanted}`,
    [...ids, ...ids, ...ids],
  )
  return rows.map((row) => ({
    repositoryId: row.id,
    version: row.content_version,
    bytes: Number(row.bytes ?? 0),
  }))
}

/** Undefined when there is no such repository; without `bytes` when its content has changed since they were stored. */
export async function readStoredBytes(
  core: Core,
  repositoryId: number,
): Promise<{ artifacts: number; bytes: number | undefined } | undefined> {
  const [row] = await core.db.query<{ artifact_count: number; bytes: number | null }>(
    `SELECT artifact_count, CASE WHEN storage_version = content_version THEN storage_bytes END AS bytes
      FROM repositories WHERE id = ?`,
    [repositoryId],
  )
  return row && { artifacts: row.artifact_count, bytes: row.bytes ?? undefined }
}

/** Ids of repositories whose stored bytes are not those of their content. */
export async function readUnstored(core: Core, limit: number): Promise<number[]> {
  const rows = await core.db.query<{ id: number }>(
    `SELECT id FROM repositories WHERE storage_version IS NULL OR storage_version <> content_version
      ORDER BY id LIMIT ?`,
    [limit],
  )
  return rows.map(({ id }) => id)
}

/**
 * Older versions leave what is stored of newer ones alone. One row per statement: a deletion keeps its repository's while
 * the registry works, and whoever waits for it keeps no other's.
 */
export async function writeStoredBytes(core: Core, held: readonly HeldBytes[]): Promise<void> {
  for (const { repositoryId, version, bytes } of held)
    await core.db.query(
      `UPDATE repositories SET storage_bytes = ?, storage_version = ?
        WHERE id = ? AND (storage_version IS NULL OR storage_version < ?)`,
      [bytes, version, repositoryId, version],
    )
}

/** Says that repositories which hold the blob hold other bytes now. */
export const touchHolders = (core: Core, blobId: number): Promise<unknown> =>
  core.db.query(
    `UPDATE repositories SET content_version = content_version + 1 WHERE id IN (
      SELECT a.repository_id FROM artifact_blobs ab JOIN artifacts a ON a.id = ab.artifact_id WHERE ab.blob_id = ?)`,
    [blobId],
  )
