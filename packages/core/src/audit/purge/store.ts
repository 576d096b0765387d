import { LockTimeoutError, marks } from '@berth/db'
import type { Core } from '../../context/index.ts'
import type { Condition } from '../../list-query/index.ts'
import type { ListedAuditLine } from '../model.ts'
import type { Checkpoint } from '../seals/statements.ts'
import { type CheckpointRow, checkpointColumns, toCheckpoint } from '../seals/store.ts'
import { type LineRow, lineColumns, toLine } from '../store.ts'

const LOCK_WAIT_MS = 100

/** Runs `work` while no other node does; undefined when one is at it. */
export async function withPurges<T>(core: Core, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await core.db.lock('audit.purge', work, LOCK_WAIT_MS)
  } catch (error) {
    if (error instanceof LockTimeoutError) return undefined
    throw error
  }
}

/** Where a purge stands: everything older is dealt with. */
export interface PurgeCursor {
  at: Date
  id: number
}

// Far from 2000 on either database.
export const PURGE_START: PurgeCursor = { at: new Date(0), id: 0 }

export interface Purgeable {
  olderThan: Date
  types: Condition
  /** Lines from this position on stay, since somebody still needs them. */
  keepFrom: number | undefined
}

const MAX_POSITION = Number.MAX_SAFE_INTEGER

/** Sealed lines that may go, oldest first, behind the cursor. */
export async function readPurgeable(
  core: Core,
  { olderThan, types, keepFrom = MAX_POSITION }: Purgeable,
  { at, id }: PurgeCursor,
  limit: number,
): Promise<ListedAuditLine[]> {
  const rows = await core.db.query<LineRow>(
    `SELECT ${lineColumns} FROM audit_lines
      WHERE at < ? AND at >= ? AND (at > ? OR id > ?) AND position > 0 AND position < ? AND ${types.sql}
      ORDER BY at, id LIMIT ?`,
    [olderThan, at, at, id, keepFrom, ...types.params, limit],
  )
  return rows.map(toLine)
}

export async function countPurgeable(core: Core, purgeable: Purgeable): Promise<number> {
  const { olderThan, types, keepFrom = MAX_POSITION } = purgeable
  const [row] = await core.db.query<{ found: number }>(
    `SELECT count(*) AS found FROM audit_lines WHERE at < ? AND position > 0 AND position < ? AND ${types.sql}`,
    [olderThan, keepFrom, ...types.params],
  )
  return row?.found ?? 0
}

/** Hashes of the lines at these places. */
export async function readHashes(core: Core, positions: readonly number[]): Promise<Map<number, string>> {
  if (positions.length === 0) return new Map()
  const rows = await core.db.query<{ position: number; hash: string }>(
    `SELECT position, hash FROM audit_lines WHERE position IN (${marks(positions)}) AND hash IS NOT NULL`,
    [...positions],
  )
  return new Map(rows.map(({ position, hash }) => [position, hash]))
}

/** Checkpoints that end or begin at one of these places. */
export async function readCheckpointsAt(
  core: Core,
  { ending, beginning }: { ending: readonly number[]; beginning: readonly number[] },
): Promise<Checkpoint[]> {
  if (ending.length + beginning.length === 0) return []
  const rows = await core.db.query<CheckpointRow>(
    `SELECT ${checkpointColumns} FROM audit_checkpoints WHERE last_position IN (${marks(ending) || 'NULL'})
     UNION SELECT ${checkpointColumns} FROM audit_checkpoints WHERE first_position IN (${marks(beginning) || 'NULL'})`,
    [...ending, ...beginning],
  )
  return rows.map(toCheckpoint)
}

/** Thrown when somebody else changed what was to be removed; nothing was. */
export class PurgeOvertaken extends Error {
  override name = 'PurgeOvertaken'
}

/** Removes lines and puts checkpoints in their place, all or nothing. @throws PurgeOvertaken */
export const replaceLines = (
  core: Core,
  ids: readonly number[],
  replaces: readonly Checkpoint[],
  checkpoints: readonly Checkpoint[],
): Promise<void> =>
  core.db.transaction(async (tx) => {
    const lines = await tx.auditLine.deleteMany({ where: { id: { in: [...ids] } } })
    const firsts = replaces.map(({ firstPosition }) => firstPosition)
    const gone = await tx.auditCheckpoint.deleteMany({ where: { firstPosition: { in: firsts } } })
    if (lines.count !== ids.length || gone.count !== replaces.length)
      throw new PurgeOvertaken('the audit log has changed under the purge')
    await tx.auditCheckpoint.createMany({ data: [...checkpoints] })
  })
