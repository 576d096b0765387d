import { type Db, join, sql, type Tx } from '@berth/db'

// Rows per statement: both databases limit the parameters of one.
const BATCH = 500
const batches = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / BATCH) }, (_, n) => items.slice(n * BATCH, (n + 1) * BATCH))

// Order of locks, everywhere: the repository, then rows of project_blobs by blob id, then the quota.

/**
 * So many more artifacts of the project need each blob. Gives the bytes of those that the project lacked.
 * The rows stay locked until the transaction ends, so two pushes never both count a layer, nor both leave it out.
 */
async function addHolders(
  tx: Tx,
  provider: Db['provider'],
  projectId: number,
  holdings: Holdings,
): Promise<number> {
  let addedBytes = 0
  for (const part of batches([...holdings].sort(([a], [b]) => a - b))) {
    const values = join(part.map(([id, holders]) => sql`(${projectId}, ${id}, ${holders})`))
    const insert = sql`INSERT INTO project_blobs (project_id, blob_id, holders) VALUES ${values}`
    const held =
      provider === 'postgresql'
        ? await tx.$queryRaw<HeldRow[]>`
            WITH held AS (
              ${insert} ON CONFLICT (project_id, blob_id) DO UPDATE SET holders = project_blobs.holders + EXCLUDED.holders
              RETURNING blob_id, holders
            ) SELECT held.blob_id, held.holders, b.size_bytes FROM held JOIN blobs b ON b.id = held.blob_id`
        : await addedTo(tx, insert, projectId, part)
    for (const row of held)
      if (Number(row.holders) === holdings.get(Number(row.blob_id))) addedBytes += Number(row.size_bytes)
  }
  return addedBytes
}

interface HeldRow {
  blob_id: number | bigint
  holders: number | bigint
  size_bytes: number | bigint
}

async function addedTo(
  tx: Tx,
  insert: ReturnType<typeof sql>,
  projectId: number,
  part: readonly (readonly [number, number])[],
): Promise<HeldRow[]> {
  await tx.$executeRaw`${insert} ON DUPLICATE KEY UPDATE holders = holders + VALUES(holders)`
  return tx.$queryRaw<HeldRow[]>`
    SELECT pb.blob_id, pb.holders, b.size_bytes FROM project_blobs pb JOIN blobs b ON b.id = pb.blob_id
      WHERE pb.project_id = ${projectId} AND pb.blob_id IN (${join(part.map(([id]) => id))})`
}

/** Bytes of those blobs that have exactly so many holders in the project; for rows that this transaction changed. */
async function bytesHeldBy(
  tx: Tx,
  projectId: number,
  blobIds: readonly number[],
  holders: number,
): Promise<number> {
  const [row] = await tx.$queryRaw<{ bytes: unknown }[]>`
    SELECT SUM(b.size_bytes) AS bytes FROM project_blobs pb JOIN blobs b ON b.id = pb.blob_id
      WHERE pb.project_id = ${projectId} AND pb.blob_id IN (${join([...blobIds])}) AND pb.holders = ${holders}`
  return Number(row?.bytes ?? 0)
}

/** Blob id → how many of some artifacts need it, in order of the ids. */
export type Holdings = ReadonlyMap<number, number>

export async function readHoldings(tx: Tx, artifactIds: readonly number[]): Promise<Holdings> {
  const counts = new Map<number, number>()
  for (const part of batches(artifactIds)) {
    const ids = join([...part])
    const rows = await tx.$queryRaw<{ blob_id: number; holders: unknown }[]>`
      SELECT h.blob_id, COUNT(*) AS holders FROM (
        SELECT ab.blob_id, ab.artifact_id FROM artifact_blobs ab WHERE ab.artifact_id IN (${ids})
        UNION
        SELECT b.id AS blob_id, a.id AS artifact_id FROM artifacts a JOIN blobs b ON b.digest = a.digest
          WHERE a.id IN (${ids})
      ) h GROUP BY h.blob_id`
    for (const row of rows) counts.set(row.blob_id, (counts.get(row.blob_id) ?? 0) + Number(row.holders))
  }
  return new Map([...counts].sort(([a], [b]) => a - b))
}

/** So many artifacts fewer need each blob. Gives the bytes of those that the project no longer holds. */
async function removeHolders(tx: Tx, projectId: number, holdings: Holdings): Promise<number> {
  let freedBytes = 0
  for (const part of batches([...holdings.keys()])) {
    const ids = join(part)
    await tx.$queryRaw`SELECT blob_id FROM project_blobs
      WHERE project_id = ${projectId} AND blob_id IN (${ids}) ORDER BY blob_id FOR UPDATE`
    const byCount = Map.groupBy(part, (id) => holdings.get(id)!)
    for (const [count, blobIds] of byCount)
      await tx.$executeRaw`UPDATE project_blobs SET holders = holders - ${count}
        WHERE project_id = ${projectId} AND blob_id IN (${join(blobIds)})`
    freedBytes += await bytesHeldBy(tx, projectId, part, 0)
    await tx.$executeRaw`DELETE FROM project_blobs
      WHERE project_id = ${projectId} AND blob_id IN (${ids}) AND holders <= 0`
  }
  return freedBytes
}

/** Adds to what the project uses. The quota's row comes last: it is held by one transaction of the project at a time. */
async function addUsedBytes(tx: Tx, projectId: number, bytes: number): Promise<void> {
  if (bytes === 0) return
  const change = () =>
    tx.quota.updateMany({ where: { projectId }, data: { usedBytes: { increment: bytes } } })
  if ((await change()).count > 0) return
  // A project that came into the database past Berth; nothing of it was counted before.
  const row = { projectId, usedBytes: bytes }
  const { count } = await tx.quota.createMany({ data: [row], skipDuplicates: true })
  if (count === 0) await change()
}

/** Counts the blobs of new artifacts, their own manifests among them, in the transaction that makes them. */
export async function countIn(
  tx: Tx,
  provider: Db['provider'],
  projectId: number,
  holdings: Holdings,
): Promise<void> {
  await addUsedBytes(tx, projectId, await addHolders(tx, provider, projectId, holdings))
}

/** Takes out what artifacts held: `readHoldings` before their rows go, this afterwards, in the same transaction. */
export async function countOut(tx: Tx, projectId: number, holdings: Holdings): Promise<void> {
  await addUsedBytes(tx, projectId, -(await removeHolders(tx, projectId, holdings)))
}
