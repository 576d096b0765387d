import { type Db, join, sql, type Tx } from '@berth/db'
import type { Core } from '../../context/index.ts'

/** The transaction in which the sum of a project is mended. */
export type QuotaTransaction = Tx

const PAGE = 500

/** Every artifact of the project with what it needs, each blob once: its config, its layers, its own manifest. */
const needs = `SELECT ab.blob_id, ab.artifact_id FROM artifacts a
    JOIN artifact_blobs ab ON ab.artifact_id = a.id WHERE a.project_id = ?
  UNION
  SELECT b.id AS blob_id, a.id AS artifact_id FROM artifacts a JOIN blobs b ON b.digest = a.digest
    WHERE a.project_id = ?`

/** Blobs whose count of holders seems wrong; looked at without locks, so pushes on their way may be among them. */
export async function readDoubtful(core: Core, projectId: number): Promise<number[]> {
  const rows = await core.db.query<{ blob_id: number }>(
    `SELECT t.blob_id FROM (
        SELECT n.blob_id, COUNT(*) AS holders FROM (${needs}) n GROUP BY n.blob_id
        UNION ALL
        SELECT pb.blob_id, pb.holders FROM project_blobs pb WHERE pb.project_id = ?
      ) t GROUP BY t.blob_id HAVING COUNT(*) <> 2 OR MIN(t.holders) <> MAX(t.holders) ORDER BY t.blob_id`,
    [projectId, projectId, projectId],
  )
  return rows.map((row) => row.blob_id)
}

/** Manifests that have no blob row: written past Berth. */
export async function readUncounted(
  core: Core,
  projectId: number,
): Promise<{ digest: string; sizeBytes: number; measured: boolean }[]> {
  const rows = await core.db.query<{ digest: string; bytes: number }>(
    `SELECT a.digest, MAX(a.manifest_size_bytes) AS bytes FROM artifacts a
      LEFT JOIN blobs b ON b.digest = a.digest WHERE a.project_id = ? AND b.id IS NULL GROUP BY a.digest`,
    [projectId],
  )
  return rows.map(({ digest, bytes }) => ({ digest, sizeBytes: bytes, measured: true }))
}

/**
 * Counts the holders of some blobs again; gives how many were wrong. Their rows are locked first: a push or deletion
 * that changes them is then either complete and seen, or waits and adds its own change to ours.
 */
export async function mendHolders(
  core: Core,
  projectId: number,
  blobIds: readonly number[],
): Promise<number> {
  let mended = 0
  // One transaction per page: on MySQL a second page would be counted as it was before its rows were locked.
  for (let start = 0; start < blobIds.length; start += PAGE)
    mended += await mendPage(core, projectId, blobIds.slice(start, start + PAGE))
  return mended
}

const mendPage = (core: Core, projectId: number, ids: readonly number[]): Promise<number> =>
  core.db.transaction(async (tx: Tx) => {
    const held = await lockHolders(tx, core.db.provider, projectId, ids)
    const needed = await countNeeds(tx, projectId, ids)
    const wrong = ids.filter((id) => (held.get(id) ?? 0) !== (needed.get(id) ?? 0))
    // Few different numbers of holders, so few statements.
    for (const [holders, blobIds] of Map.groupBy(wrong, (id) => needed.get(id) ?? 0))
      await tx.projectBlob.updateMany({ where: { projectId, blobId: { in: blobIds } }, data: { holders } })
    await tx.projectBlob.deleteMany({ where: { projectId, blobId: { in: [...ids] }, holders: 0 } })
    return wrong.length
  })

/** Locks the rows in order of the ids, made with no holder where they are missing. */
async function lockHolders(tx: Tx, provider: Db['provider'], projectId: number, ids: readonly number[]) {
  const values = join(ids.map((id) => sql`(${projectId}, ${id}, 0)`))
  const keep =
    provider === 'postgresql'
      ? sql`ON CONFLICT (project_id, blob_id) DO UPDATE SET holders = project_blobs.holders`
      : sql`ON DUPLICATE KEY UPDATE holders = holders`
  await tx.$executeRaw`INSERT INTO project_blobs (project_id, blob_id, holders) VALUES ${values} ${keep}`
  const rows = await tx.projectBlob.findMany({ where: { projectId, blobId: { in: [...ids] } } })
  return new Map(rows.map((row) => [row.blobId, row.holders]))
}

async function countNeeds(tx: Tx, projectId: number, ids: readonly number[]): Promise<Map<number, number>> {
  const wanted = join([...ids])
  const rows = await tx.$queryRaw<{ blob_id: number; holders: unknown }[]>`
    SELECT n.blob_id, COUNT(*) AS holders FROM (
      SELECT ab.blob_id, ab.artifact_id FROM artifact_blobs ab JOIN artifacts a ON a.id = ab.artifact_id
        WHERE a.project_id = ${projectId} AND ab.blob_id IN (${wanted})
      UNION
      SELECT b.id AS blob_id, a.id AS artifact_id FROM blobs b JOIN artifacts a ON a.digest = b.digest
        WHERE a.project_id = ${projectId} AND b.id IN (${wanted})
    ) n GROUP BY n.blob_id`
  return new Map(rows.map((row) => [row.blob_id, Number(row.holders)]))
}

/**
 * Adds up what the project uses, under the lock of its quota: pushes that have changed it are complete, those that
 * will change it have not shown their blobs yet. `onMended` runs in the same transaction.
 */
export const mendUsed = (
  core: Core,
  projectId: number,
  onMended: (tx: QuotaTransaction, used: { before: number; after: number }) => Promise<void>,
): Promise<{ before: number; after: number }> =>
  core.db.transaction(async (tx: Tx) => {
    let rows = await lockQuota(tx, projectId)
    if (rows.length === 0) {
      await tx.quota.createMany({ data: [{ projectId }], skipDuplicates: true })
      rows = await lockQuota(tx, projectId)
    }
    const [sum] = await tx.$queryRaw<{ bytes: unknown }[]>`
      SELECT SUM(b.size_bytes) AS bytes FROM project_blobs pb JOIN blobs b ON b.id = pb.blob_id
        WHERE pb.project_id = ${projectId}`
    const [before, after] = [Number(rows[0]?.used_bytes ?? 0), Number(sum?.bytes ?? 0)]
    if (before !== after) await tx.quota.updateMany({ where: { projectId }, data: { usedBytes: after } })
    await onMended(tx, { before, after })
    return { before, after }
  })

const lockQuota = (tx: Tx, projectId: number) =>
  tx.$queryRaw<{ used_bytes: unknown }[]>`
    SELECT used_bytes FROM quotas WHERE project_id = ${projectId} FOR UPDATE`

export interface UnmeasuredBlob {
  id: number
  digest: string
  sizeBytes: number
  mediaType: string
  /** One that holds it. */
  repository: string
}

/** Blobs of the project whose size is only claimed, after `lastId`, by id. */
export async function readUnmeasured(
  core: Core,
  projectId: number,
  lastId: number,
): Promise<UnmeasuredBlob[]> {
  const rows = await core.db.query<{
    id: number
    digest: string
    size_bytes: number
    media_type: string
    repository: string
  }>(
    `SELECT b.id, b.digest, b.size_bytes, MIN(ab.media_type) AS media_type, MIN(r.name) AS repository
      FROM project_blobs pb JOIN blobs b ON b.id = pb.blob_id
      JOIN artifact_blobs ab ON ab.blob_id = b.id JOIN artifacts a ON a.id = ab.artifact_id AND a.project_id = ?
      JOIN repositories r ON r.id = a.repository_id
      WHERE pb.project_id = ? AND b.measured = FALSE AND b.id > ? GROUP BY b.id, b.digest, b.size_bytes
      ORDER BY b.id LIMIT ${PAGE}`,
    [projectId, projectId, lastId],
  )
  return rows.map((row) => ({
    id: row.id,
    digest: row.digest,
    sizeBytes: row.size_bytes,
    mediaType: row.media_type,
    repository: row.repository,
  }))
}

/** Ids of projects after `lastId`. */
export async function readProjectIds(core: Core, lastId: number): Promise<number[]> {
  const rows = await core.db.query<{ id: number }>(
    `SELECT id FROM projects WHERE id > ? ORDER BY id LIMIT ${PAGE}`,
    [lastId],
  )
  return rows.map((row) => row.id)
}
