import { LockTimeoutError, type SqlValue } from '@berth/db'
import type { Core } from '../../context/index.ts'
import type { ListedAuditLine } from '../model.ts'
import { type LineRow, lineColumns, toLine } from '../store.ts'
import type { Checkpoint, Head } from './statements.ts'

const HEAD_ID = 1
// Long enough for the lock to be asked for on a slow database, short for whoever finds it taken.
const LOCK_WAIT_MS = 200

/** Runs `run` unless another process seals at this moment. Undefined: it does. */
export async function holdingSeals<T>(core: Core, run: () => Promise<T>): Promise<T | undefined> {
  let entered = false
  const enter = () => {
    entered = true
    return run()
  }
  try {
    return await core.db.lock('audit.seal', enter, LOCK_WAIT_MS)
  } catch (error) {
    if (!entered && error instanceof LockTimeoutError) return undefined
    throw error
  }
}

interface HeadRow extends Record<string, unknown> {
  position: number
  hash: string
  at: Date
  signature: string
}

export async function readHead(core: Core): Promise<Head | undefined> {
  const [row] = await core.db.query<HeadRow>(
    'SELECT position, hash, at, signature FROM audit_heads WHERE id = ?',
    [HEAD_ID],
  )
  if (!row) return undefined
  const { position, hash, at, signature } = row
  return { position, hash, at, signature }
}

// What somebody wrote there to leave no room for ours.
const MAX_POSITION = 2 ** 52

/** The last place that a line or a checkpoint has; 0 when nothing was sealed yet. */
export async function lastPosition(core: Core): Promise<number> {
  const [row] = await core.db.query<{ line: number | null; checkpoint: number | null }>(
    `SELECT (SELECT max(position) FROM audit_lines WHERE position > 0 AND position < ?) AS line,
       (SELECT max(last_position) FROM audit_checkpoints WHERE last_position < ?) AS checkpoint`,
    [MAX_POSITION, MAX_POSITION],
  )
  return Math.max(row?.line ?? 0, row?.checkpoint ?? 0)
}

/** Puts the head in place of whatever is there. */
export async function replaceHead(core: Core, head: Head, restart?: Checkpoint): Promise<void> {
  await core.db.transaction(async (tx) => {
    if (restart) await tx.auditCheckpoint.create({ data: restart })
    await tx.auditHead.upsert({ where: { id: HEAD_ID }, create: { id: HEAD_ID, ...head }, update: head })
  })
}

/** Lines of ended transactions that have no place yet, in the order of their ids. */
export async function readUnsealed(core: Core, limit: number): Promise<ListedAuditLine[]> {
  const rows = await core.db.query<LineRow>(
    // In the words of the index: it is walked, and nothing sorted, however many wait.
    `SELECT ${lineColumns} FROM audit_lines WHERE position IS NULL ORDER BY position, id LIMIT ?`,
    [limit],
  )
  return rows.map(toLine)
}

export interface Seal {
  id: number
  position: number
  hash: string | null
  seal: string | null
}

/** Thrown when somebody else moved the head meanwhile; nothing was written. */
export class SealsMoved extends Error {
  override name = 'SealsMoved'
}

/** Gives lines their places and moves the head behind them: all or nothing, and only from `before`. @throws SealsMoved */
export async function writeSeals(
  core: Core,
  seals: readonly Seal[],
  before: Head,
  head: Head,
): Promise<void> {
  const json = JSON.stringify(seals)
  await core.db.transaction(async (tx) => {
    const moved = await tx.auditHead.updateMany({
      where: { id: HEAD_ID, position: before.position, hash: before.hash },
      data: head,
    })
    if (moved.count !== 1) throw new SealsMoved('the head of the audit log has moved')
    const sealed =
      core.db.provider === 'mysql'
        ? await tx.$executeRaw`UPDATE JSON_TABLE(${json}, '$[*]' COLUMNS (id BIGINT PATH '$.id',
              position BIGINT PATH '$.position', hash VARCHAR(64) PATH '$.hash', seal VARCHAR(32) PATH '$.seal')) v
            STRAIGHT_JOIN audit_lines l ON l.id = v.id
            SET l.position = v.position, l.hash = v.hash, l.seal = v.seal WHERE l.position IS NULL`
        : await tx.$executeRaw`UPDATE audit_lines l SET position = v.position, hash = v.hash, seal = v.seal
            FROM json_to_recordset(${json}::json) AS v(id bigint, position bigint, hash text, seal text)
            WHERE l.id = v.id AND l.position IS NULL`
    if (sealed !== seals.length) throw new SealsMoved('lines were sealed by somebody else')
  })
}

/** Sealed lines from a position on, in order. */
export async function readSealed(core: Core, from: number, limit: number): Promise<ListedAuditLine[]> {
  const rows = await core.db.query<LineRow>(
    `SELECT ${lineColumns} FROM audit_lines WHERE position >= ? ORDER BY position, id LIMIT ?`,
    [from, limit],
  )
  return rows.map(toLine)
}

/** A line that was written by somebody else than Berth. */
export async function readForeignLine(core: Core): Promise<number | undefined> {
  const [row] = await core.db.query<{ id: number }>(
    'SELECT id FROM audit_lines WHERE position <= 0 ORDER BY position DESC, id DESC LIMIT 1',
  )
  return row?.id
}

/** How many lines wait for their seal, at most `limit`, and since when. */
export async function readWaiting(core: Core, limit: number): Promise<{ count: number; since: Date | null }> {
  const [row] = await core.db.query<{ waiting: number; since: Date | null }>(
    `SELECT count(*) AS waiting, min(at) AS since
       FROM (SELECT at FROM audit_lines WHERE position IS NULL ORDER BY position, id LIMIT ?) w`,
    [limit],
  )
  return { count: row?.waiting ?? 0, since: row?.since ?? null }
}

export interface CheckpointRow extends Record<string, unknown> {
  first_position: number
  last_position: number
  reason: Checkpoint['reason']
  hash_before: string
  hash_after: string
  at: Date
  signature: string
}
export const checkpointColumns =
  'first_position, last_position, reason, hash_before, hash_after, at, signature'
export const toCheckpoint = (row: CheckpointRow): Checkpoint => ({
  firstPosition: row.first_position,
  lastPosition: row.last_position,
  reason: row.reason,
  hashBefore: row.hash_before,
  hashAfter: row.hash_after,
  at: row.at,
  signature: row.signature,
})

async function selectCheckpoints(core: Core, rest: string, params: SqlValue[]): Promise<Checkpoint[]> {
  const sql = `SELECT ${checkpointColumns} FROM audit_checkpoints ${rest}`
  return (await core.db.query<CheckpointRow>(sql, params)).map(toCheckpoint)
}

/** Those that end at `from` or behind it, in order. */
export const readCheckpoints = (core: Core, from: number, limit: number): Promise<Checkpoint[]> =>
  selectCheckpoints(core, 'WHERE last_position >= ? ORDER BY last_position LIMIT ?', [from, limit])

/** The one that ends there. */
export const readCheckpointEndingAt = async (core: Core, position: number): Promise<Checkpoint | undefined> =>
  (await selectCheckpoints(core, 'WHERE last_position = ?', [position]))[0]
