import { marks } from '@berth/db'
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

/** With their tasks. */
export async function removeExecutions(core: Core, ids: readonly number[]): Promise<number> {
  return (await core.db.prisma.execution.deleteMany({ where: { id: { in: [...ids] } } })).count
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

/** So many of the tasks of some executions. Gives how many there were. */
export async function removeTasks(
  core: Core,
  executionIds: readonly number[],
  limit: number,
): Promise<number> {
  const rows = await core.db.query<{ id: number }>(
    `SELECT id FROM tasks WHERE execution_id IN (${marks(executionIds)}) LIMIT ?`,
    [...executionIds, limit],
  )
  if (rows.length > 0)
    await core.db.transaction((tx) => tx.task.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } }))
  return rows.length
}
