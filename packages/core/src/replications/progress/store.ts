import { join, marks, sql } from '@berth/db'
import type { Core } from '../../context/index.ts'
import type { ExecutionTransaction } from '../../executions/index.ts'
import type { Reason } from '../reasons.ts'
import { noProgress, type Progress, type TransferProgress } from './model.ts'
import { bytesPerSecond, moved, type Rate } from './rate.ts'

/** What changes of the sums of a replication. */
export interface ProgressChange {
  totalBytes?: number
  doneBytes?: number
  failedBytes?: number
  sized?: number
  inStep?: number
  /** In place of the former number, as well. */
  failedTotal?: number
  /** For the rate. */
  sentBytes?: number
}

interface ProgressRow extends Record<string, unknown> {
  execution_id: number | bigint
  total_bytes: number | bigint
  done_bytes: number | bigint
  failed_bytes: number | bigint
  sized: number
  in_step: number
  rate: number | bigint
  rate_at: Date | null
  rate_since: Date | null
}

const rateOf = (row: Pick<ProgressRow, 'rate' | 'rate_at' | 'rate_since'>): Rate => ({
  bytesPerSecond: Number(row.rate),
  at: row.rate_at,
  since: row.rate_since,
})

/** The sums of new replications. */
export async function insertProgress(
  tx: ExecutionTransaction,
  replications: readonly { executionId: number; totalBytes: number; sized: number }[],
): Promise<void> {
  await tx.replicationProgress.createMany({ data: [...replications] })
}

/**
 * Changes the sums. Their row is the last that a transaction holds: after execution, task and transfer. One that is gone
 * has no sums any more.
 */
export async function changeProgress(
  tx: ExecutionTransaction,
  executionId: number,
  {
    totalBytes = 0,
    doneBytes = 0,
    failedBytes = 0,
    failedTotal,
    sized = 0,
    inStep = 0,
    sentBytes,
  }: ProgressChange,
  nowMs: number,
): Promise<void> {
  const rate = sentBytes === undefined ? undefined : await nextRate(tx, executionId, sentBytes, nowMs)
  await tx.replicationProgress.updateMany({
    where: { executionId },
    data: {
      totalBytes: { increment: totalBytes },
      doneBytes: { increment: doneBytes },
      failedBytes: failedTotal ?? { increment: failedBytes },
      sized: { increment: sized },
      inStep: { increment: inStep },
      ...(rate && { rate: Math.round(rate.bytesPerSecond), rateAt: rate.at, rateSince: rate.since }),
    },
  })
}

async function nextRate(
  tx: ExecutionTransaction,
  executionId: number,
  sentBytes: number,
  nowMs: number,
): Promise<Rate | undefined> {
  const [row] = await tx.$queryRaw<ProgressRow[]>`
    SELECT rate, rate_at, rate_since FROM replication_progress WHERE execution_id = ${executionId} FOR UPDATE`
  return row && moved(rateOf(row), sentBytes, nowMs)
}

/** How far it was and how it goes on with it: `failed` and `done` end it. */
export interface ToldProgress extends TransferProgress {
  /** Since it was told the last time. */
  sentBytes: number
  ends?: 'done' | 'failed'
}

/** More than anything has; a manifest may claim anything, and sums over a million of these still fit. */
const MAX_BYTES = 2 ** 43

/** What changes of a transfer. Absent parts stay as they are. */
export interface TransferWrite {
  taskId: number
  /** Nobody is to take it up before then; null: never. */
  dueAt: Date | null
  attempts?: number
  spoilt?: number
  isBig?: boolean
  reason?: Reason
  told?: ToldProgress
}

/**
 * Writes what changes of transfers of one execution and how far they are, and with it the sums, with a few statements for
 * all of them. Nothing is written of those that are gone.
 */
export async function writeTransfers(
  core: Core,
  tx: ExecutionTransaction,
  executionId: number,
  writes: readonly TransferWrite[],
): Promise<void> {
  const told = writes.filter((write) => write.told)
  const before = await lockSizes(
    tx,
    told.map(({ taskId }) => taskId),
  )
  const moves = told.flatMap((write) => {
    const known = before.get(write.taskId)
    return known ? { taskId: write.taskId, ...moveOf(known, write.told!) } : []
  })
  await updateTransfers(core, tx, writes, moves)
  if (moves.length > 0) await changeProgress(tx, executionId, sumOf(moves), core.now())
}

interface Sizes {
  sizeBytes: number
  doneBytes: number
}
interface Move extends Sizes {
  change: Required<Pick<ProgressChange, 'totalBytes' | 'doneBytes' | 'failedBytes' | 'sized' | 'sentBytes'>>
}

async function lockSizes(tx: ExecutionTransaction, taskIds: readonly number[]): Promise<Map<number, Sizes>> {
  if (taskIds.length === 0) return new Map()
  type Row = Record<'task_id' | 'size_bytes' | 'done_bytes', number | bigint>
  const rows = await tx.$queryRaw<Row[]>(
    sql`SELECT task_id, size_bytes, done_bytes FROM replication_transfers WHERE task_id IN (${join([...taskIds])})
         ORDER BY task_id FOR UPDATE`,
  )
  return new Map(
    rows.map((row) => [
      Number(row.task_id),
      { sizeBytes: Number(row.size_bytes), doneBytes: Number(row.done_bytes) },
    ]),
  )
}

function moveOf(before: Sizes, { sizeBytes: claimed, doneBytes, sentBytes, ends }: ToldProgress): Move {
  const sizeBytes = Math.min(claimed, MAX_BYTES)
  // What the index says of an artifact stands until more is found.
  const size = Math.max(before.sizeBytes, sizeBytes)
  // An attempt that has not come so far as to know anything takes nothing back.
  const now = sizeBytes === 0 ? before.doneBytes : Math.min(doneBytes, size)
  const done = ends === 'done' ? size : now
  return {
    ...{ sizeBytes: size, doneBytes: done },
    change: {
      totalBytes: size - before.sizeBytes,
      doneBytes: done - before.doneBytes,
      sized: before.sizeBytes === 0 && size > 0 ? 1 : 0,
      failedBytes: ends === 'failed' ? size - done : 0,
      sentBytes,
    },
  }
}

function sumOf(moves: readonly Move[]): Move['change'] {
  const sum = (field: keyof Move['change']) => moves.reduce((total, { change }) => total + change[field], 0)
  return {
    ...{ totalBytes: sum('totalBytes'), doneBytes: sum('doneBytes'), failedBytes: sum('failedBytes') },
    ...{ sized: sum('sized'), sentBytes: sum('sentBytes') },
  }
}

/** One statement for all that wait for the same: nearly always those that have ended. */
async function updateTransfers(
  core: Core,
  tx: ExecutionTransaction,
  writes: readonly TransferWrite[],
  moves: readonly (Sizes & { taskId: number })[],
): Promise<void> {
  const groups = Map.groupBy(writes, ({ dueAt, attempts, spoilt, isBig, reason }) =>
    [dueAt?.getTime(), attempts, spoilt, isBig, reason].join(' '),
  )
  // Without a type Postgres takes what is chosen by CASE for text.
  const type = core.db.provider === 'mysql' ? sql`SIGNED` : sql`BIGINT`
  for (const group of groups.values()) {
    const ids = new Set(group.map(({ taskId }) => taskId))
    const moved = moves.filter(({ taskId }) => ids.has(taskId))
    const ofEach = (column: ReturnType<typeof sql>, field: keyof Sizes) => {
      const cases = moved.map((move) => sql`WHEN ${move.taskId} THEN CAST(${move[field]} AS ${type})`)
      return sql`, ${column} = CASE task_id ${join(cases, ' ')} ELSE ${column} END`
    }
    const { dueAt, attempts, spoilt, isBig, reason } = group[0]!
    await tx.$executeRaw(
      sql`UPDATE replication_transfers SET due_at = ${dueAt}
           ${attempts === undefined ? sql`` : sql`, attempts = ${attempts}`}
           ${spoilt === undefined ? sql`` : sql`, spoilt = ${spoilt}`}
           ${isBig === undefined ? sql`` : sql`, is_big = ${isBig}`}
           ${reason === undefined ? sql`` : sql`, reason = ${reason}`}
           ${moved.length === 0 ? sql`` : ofEach(sql`size_bytes`, 'sizeBytes')}
           ${moved.length === 0 ? sql`` : ofEach(sql`done_bytes`, 'doneBytes')}
           WHERE task_id IN (${join([...ids])})`,
    )
  }
}

/** Those of replications from before there were sums are absent. */
export async function readProgress(
  core: Core,
  executionIds: readonly number[],
): Promise<Map<number, Progress>> {
  if (executionIds.length === 0) return new Map()
  const rows = await core.db.query<ProgressRow>(
    `SELECT execution_id, total_bytes, done_bytes, failed_bytes, sized, in_step, rate, rate_at, rate_since
      FROM replication_progress WHERE execution_id IN (${marks(executionIds)})`,
    [...executionIds],
  )
  return new Map(
    rows.map((row) => [
      Number(row.execution_id),
      {
        ...noProgress,
        totalBytes: Number(row.total_bytes),
        doneBytes: Number(row.done_bytes),
        failedBytes: Number(row.failed_bytes),
        sized: row.sized,
        inStep: row.in_step,
        bytesPerSecond: bytesPerSecond(rateOf(row), core.now()),
      },
    ]),
  )
}

/** How many tags are in step, as told so far. */
export async function readInStep(tx: ExecutionTransaction, executionId: number): Promise<number> {
  const row = await tx.replicationProgress.findUnique({ where: { executionId }, select: { inStep: true } })
  return row?.inStep ?? 0
}

/** For a comparison that begins again. The row of the sums is held until the transaction ends. */
export async function forgetInStep(tx: ExecutionTransaction, executionId: number): Promise<void> {
  await tx.replicationProgress.updateMany({ where: { executionId }, data: { inStep: 0 } })
}

/** Replications whose sides are still compared. */
export async function readPlanning(core: Core, executionIds: readonly number[]): Promise<Set<number>> {
  if (executionIds.length === 0) return new Set()
  const rows = await core.db.query<{ execution_id: number }>(
    `SELECT DISTINCT x.execution_id FROM replication_transfers x JOIN tasks t ON t.id = x.task_id
      WHERE x.execution_id IN (${marks(executionIds)}) AND x.source = '' AND x.kind = 'plan' AND t.ended_at IS NULL`,
    [...executionIds],
  )
  return new Set(rows.map((row) => row.execution_id))
}
