import { numbered, type Tx } from '@berth/db'
import type { Core } from '../../context/index.ts'
import type { Day, Period } from '../days/model.ts'

interface RepositoryDay {
  day: Day
  repositoryId: number
  projectId: number
}

/** Says that these repositories hold something else now. Locks rows in the order of their keys. */
export async function markStorageDue(core: Core, tx: Tx, marked: readonly RepositoryDay[]): Promise<void> {
  const rows = [...new Map(marked.map((row) => [`${row.day}/${row.repositoryId}`, row])).values()].sort(
    (a, b) => a.day - b.day || a.repositoryId - b.repositoryId,
  )
  if (rows.length === 0) return
  const replaces =
    core.db.provider === 'postgresql'
      ? 'ON CONFLICT (day, repository_id) DO UPDATE SET storage_due = TRUE'
      : 'ON DUPLICATE KEY UPDATE storage_due = TRUE'
  const values = rows.map(() => '(?, ?, ?, TRUE)').join(', ')
  await tx.$executeRawUnsafe(
    numbered(
      core.db.provider,
      `INSERT INTO repository_days (day, repository_id, project_id, storage_due) VALUES ${values} ${replaces}`,
    ),
    ...rows.flatMap(({ day, repositoryId, projectId }) => [day, repositoryId, projectId]),
  )
}

/** Days from `since` on whose repositories hold something else than was written down; at most `limit`. */
export async function readDue(
  core: Core,
  since: Day,
  limit: number,
): Promise<{ day: Day; repositoryId: number }[]> {
  const rows = await core.db.query<{ day: Day; repository_id: number }>(
    `SELECT day, repository_id FROM repository_days WHERE day >= ? AND storage_due = TRUE
      ORDER BY day, repository_id LIMIT ?`,
    [since, limit],
  )
  return rows.map((row) => ({ day: row.day, repositoryId: row.repository_id }))
}

/**
 * Writes down what repositories hold on these days. What has come or gone since it was added up leaves them due: its own
 * mark follows its transaction, which changes the version first.
 */
export async function writeRepositoryStorage(
  core: Core,
  due: readonly { day: Day; repositoryId: number }[],
  held: readonly { repositoryId: number; version: number; bytes: number }[],
): Promise<void> {
  const byId = new Map(held.map((one) => [one.repositoryId, one]))
  for (const { day, repositoryId } of due) {
    // One that is gone holds nothing; its days follow it.
    const { bytes, version } = byId.get(repositoryId) ?? { bytes: 0, version: 0 }
    const where = { day, repositoryId }
    await core.db.transaction(async (tx) => {
      // The row stays locked: a mark that was there before has its version below, and one that comes now waits, and stays.
      await tx.$executeRawUnsafe(
        numbered(
          core.db.provider,
          'UPDATE repository_days SET storage_bytes = ?, storage_due = FALSE WHERE day = ? AND repository_id = ?',
        ),
        bytes,
        day,
        repositoryId,
      )
      const now = await tx.repository.findUnique({
        where: { id: repositoryId },
        select: { contentVersion: true },
      })
      if (now && now.contentVersion !== version)
        await tx.repositoryDay.updateMany({ where, data: { storageDue: true } })
    })
  }
}

/** What was written down for the period, and the last before it. */
export async function readRepositoryStorage(
  core: Core,
  repositoryId: number,
  { from, to }: Period,
): Promise<{ day: Day; storageBytes: number }[]> {
  const [before, within] = await Promise.all(
    [
      { range: 'day < ? ORDER BY day DESC LIMIT 1', params: [from] },
      { range: 'day BETWEEN ? AND ? ORDER BY day', params: [from, to] },
    ].map(({ range, params }) =>
      core.db.query<{ day: Day; storage_bytes: number }>(
        `SELECT day, storage_bytes FROM repository_days
          WHERE repository_id = ? AND storage_bytes IS NOT NULL AND ${range}`,
        [repositoryId, ...params],
      ),
    ),
  )
  return [...before!, ...within!].map((row) => ({ day: row.day, storageBytes: row.storage_bytes }))
}
