import { numbered } from '@berth/db'
import type { Core } from '../../context/index.ts'
import { type Day, EVERYTHING, type Measured, type Period } from '../days/model.ts'

// Rows per statement: both databases limit the parameters of one.
const BATCH = 500
// A statement takes 65,535 parameters; nobody is a member of so many projects.
const MOST_NAMED = 10_000

/** Bytes of all blobs and manifests that some project holds, each counted once. */
export async function readWholeBytes(core: Core): Promise<number> {
  const [row] = await core.db.query<{ bytes: number | string | null }>(
    `SELECT SUM(b.size_bytes) AS bytes FROM blobs b
      WHERE EXISTS (SELECT 1 FROM project_blobs pb WHERE pb.blob_id = b.id)`,
  )
  return Number(row?.bytes ?? 0)
}

type BytesRow = { project_id: number; used_bytes: number; known: number | null }

/** Projects that use another number of bytes than was written down for them last, after `since`. */
export async function readChanged(core: Core, today: Day, since: Day): Promise<Measured[]> {
  const rows = await core.db.query<BytesRow>(
    `SELECT q.project_id, q.used_bytes,
            (SELECT d.storage_bytes FROM project_days d
              WHERE d.project_id = q.project_id AND d.day > ? AND d.storage_bytes IS NOT NULL
              ORDER BY d.day DESC LIMIT 1) AS known
       FROM quotas q ORDER BY q.project_id`,
    [since],
  )
  return rows
    .filter(({ used_bytes: used, known }) => used !== known)
    .map((row) => ({ projectId: row.project_id, day: today, storageBytes: row.used_bytes }))
}

/** In the order in which they are given; gives how many. */
export async function writeMeasured(core: Core, measured: readonly Measured[]): Promise<number> {
  const replaces =
    core.db.provider === 'postgresql'
      ? 'ON CONFLICT (project_id, day) DO UPDATE SET storage_bytes = EXCLUDED.storage_bytes'
      : 'ON DUPLICATE KEY UPDATE storage_bytes = VALUES(storage_bytes)'
  for (let start = 0; start < measured.length; start += BATCH) {
    const batch = measured.slice(start, start + BATCH)
    const values = batch.map(() => '(?, ?, ?)').join(', ')
    // Rows are locked in ascending order by whoever counts, too; should they meet all the same, one begins again.
    await core.db.transaction((tx) =>
      tx.$executeRawUnsafe(
        numbered(
          core.db.provider,
          `INSERT INTO project_days (project_id, day, storage_bytes) VALUES ${values} ${replaces}`,
        ),
        ...batch.flatMap((row) => [row.projectId, row.day, row.storageBytes]),
      ),
    )
  }
  return measured.length
}

/** What was written down for these projects; `all`: for each there is. */
export async function readMeasured(
  core: Core,
  projectIds: readonly number[] | 'all',
  { from, to }: Period,
): Promise<Measured[]> {
  const which = projects('project_id', projectIds)
  if (!which) return []
  const rows = await core.db.query<{ project_id: number; day: Day; storage_bytes: number }>(
    `SELECT project_id, day, storage_bytes FROM project_days
      WHERE ${which.sql} AND day BETWEEN ? AND ? AND storage_bytes IS NOT NULL`,
    [...which.params, from, to],
  )
  return rows.map((row) => ({
    projectId: row.project_id,
    day: row.day,
    storageBytes: row.storage_bytes,
  }))
}

/** As kept with the quotas, said to be of this day. */
export async function readUsedBytes(
  core: Core,
  projectIds: readonly number[] | 'all',
  day: Day,
): Promise<Measured[]> {
  const which = projects('project_id', projectIds)
  if (!which) return []
  const rows = await core.db.query<{ project_id: number; used_bytes: number }>(
    `SELECT project_id, used_bytes FROM quotas WHERE ${which.sql}`,
    which.params,
  )
  return rows.map((row) => ({ projectId: row.project_id, day, storageBytes: row.used_bytes }))
}

function projects(
  column: string,
  ids: readonly number[] | 'all',
): { sql: string; params: number[] } | undefined {
  if (ids === 'all') return { sql: `${column} <> ?`, params: [EVERYTHING] }
  if (ids.length === 0) return undefined
  const named = ids.slice(0, MOST_NAMED)
  // Filled up to a power of two, so that few different statements have to be prepared.
  while (named.length & (named.length - 1)) named.push(named[0]!)
  return { sql: `${column} IN (${named.map(() => '?').join(', ')})`, params: named }
}
