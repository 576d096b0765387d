import { join, sql, type Tx } from '@berth/db'
import type { Core } from '../../context/index.ts'
import type { Vendor, VendorType } from '../model.ts'

/** What a purge takes. */
export interface Disposal {
  /** So many of each policy stay, the newest. */
  keep: number
  /** What ended before goes, however few there are. */
  endedBefore?: Date
  /** Only those that failed, or only the others: each kind is counted for itself. */
  failed?: boolean
}

/** Final executions of one policy beyond the newest `keep`, and those that ended before `endedBefore`. */
export async function readDisposable(
  core: Core,
  { vendorType, vendorId }: Vendor,
  { keep, endedBefore, failed, limit }: Disposal & { limit: number },
): Promise<number[]> {
  const kind = failed === undefined ? '' : `AND e.status ${failed ? '=' : '<>'} 'Error'`
  const [border] = await core.db.query<{ id: number }>(
    `SELECT e.id FROM executions e WHERE e.vendor_type = ? AND e.vendor_id = ? ${kind}
      ORDER BY e.id DESC LIMIT 1 OFFSET ?`,
    [vendorType, vendorId, keep],
  )
  const rows = await core.db.query<{ id: number }>(
    `SELECT e.id FROM executions e WHERE e.vendor_type = ? AND e.vendor_id = ? AND e.ended_at IS NOT NULL ${kind}
        AND (e.id <= ? OR e.ended_at < ?) ORDER BY e.id LIMIT ?`,
    [vendorType, vendorId, border?.id ?? 0, endedBefore ?? new Date(0), limit],
  )
  return rows.map(({ id }) => id)
}

/** Policies that have executions. */
export async function readVendorIds(core: Core, vendorType: VendorType): Promise<number[]> {
  const rows = await core.db.query<{ vendor_id: number }>(
    'SELECT DISTINCT vendor_id FROM executions WHERE vendor_type = ? ORDER BY vendor_id',
    [vendorType],
  )
  return rows.map((row) => row.vendor_id)
}

/** Some of a kind, those that have not ended first. */
export async function readHidden(core: Core, vendorType: VendorType, limit: number): Promise<number[]> {
  const rows = await core.db.query<{ id: number }>(
    `SELECT id FROM executions WHERE vendor_type = ?
      ORDER BY CASE WHEN ended_at IS NULL THEN 0 ELSE 1 END, id LIMIT ?`,
    [vendorType, limit],
  )
  return rows.map(({ id }) => id)
}

/**
 * Removes so many tasks of some executions, one execution after the other, and those with them that have none left. Their
 * rows are held meanwhile: nobody has one run again that is half gone by then.
 *
 * @param hasEnded those that have not ended, as they may again since they were read, stay as they are
 * @returns how many executions went, and which are to be gone on with
 */
export async function removePart(
  tx: Tx,
  ids: readonly number[],
  { limit, hasEnded }: { limit: number; hasEnded: boolean },
): Promise<{ removed: number; left: number[] }> {
  const ended = hasEnded ? sql`AND ended_at IS NOT NULL` : sql``
  const held = await tx.$queryRaw<{ id: number | bigint }[]>(
    sql`SELECT id FROM executions WHERE id IN (${join([...ids])}) ${ended} ORDER BY id FOR UPDATE`,
  )
  const executionIds = held.map(({ id }) => Number(id))
  if (executionIds.length === 0) return { removed: 0, left: [] }
  const tasks = await tx.task.findMany({
    where: { executionId: { in: executionIds } },
    select: { id: true, executionId: true },
    orderBy: [{ executionId: 'asc' }, { id: 'asc' }],
    take: limit,
  })
  await tx.task.deleteMany({ where: { id: { in: tasks.map(({ id }) => id) } } })
  // Of the last one that was looked at there may be more.
  const border = tasks.length === limit ? Number(tasks.at(-1)!.executionId) : Number.POSITIVE_INFINITY
  const done = executionIds.filter((id) => id < border)
  await tx.execution.deleteMany({ where: { id: { in: done } } })
  return { removed: done.length, left: executionIds.filter((id) => id >= border) }
}
