import type { Tx } from '@berth/db'
import type { Core } from '../context/index.ts'
import { and, type ListQuery, type Page, readPage } from '../list-query/index.ts'
import type { Schedule } from './model.ts'

export type ScheduleTransaction = Tx

interface ScheduleRow extends Record<string, unknown> {
  id: number
  vendor_type: string
  vendor_id: number
  type: Schedule['type']
  cron: string
  params: Schedule['params']
  next_run_at: Date
  paused: boolean
  created_at: Date
  updated_at: Date
}
const columns = 'id, vendor_type, vendor_id, type, cron, params, next_run_at, paused, created_at, updated_at'
// The words of core/job-queues: nothing starts by itself while somebody paused it.
const notPaused = "NOT EXISTS (SELECT 1 FROM job_queues q WHERE q.job_type = 'SCHEDULER' AND q.paused)"
const toSchedule = (row: ScheduleRow): Schedule => ({
  id: row.id,
  vendorType: row.vendor_type,
  vendorId: row.vendor_id,
  type: row.type,
  cron: row.cron,
  params: row.params,
  nextRunAt: row.next_run_at,
  paused: row.paused,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export async function findSchedule(
  core: Core,
  vendorType: string,
  vendorId: number,
): Promise<Schedule | undefined> {
  const [row] = await core.db.query<ScheduleRow>(
    `SELECT ${columns} FROM schedules WHERE vendor_type = ? AND vendor_id = ?`,
    [vendorType, vendorId],
  )
  return row && toSchedule(row)
}

export async function findSchedules(
  core: Core,
  query: Pick<ListQuery, 'page' | 'pageSize'>,
): Promise<Page<Schedule>> {
  const parts = { columns, from: 'schedules', condition: and([]), order: ' ORDER BY id' }
  const { rows, total } = await readPage<ScheduleRow>(core.db, parts, query)
  return { items: rows.map(toSchedule), total }
}

export async function findDue(core: Core, now: Date, limit: number): Promise<Schedule[]> {
  const rows = await core.db.query<ScheduleRow>(
    `SELECT ${columns} FROM schedules WHERE next_run_at <= ? AND paused = ? AND ${notPaused} ORDER BY next_run_at, id LIMIT ?`,
    [now, false, limit],
  )
  return rows.map(toSchedule)
}

/** How many are due, and since when the first of them. */
export async function countDue(core: Core, now: Date): Promise<{ count: number; since: Date | null }> {
  const [row] = await core.db.query<{ due: number; since: Date | null }>(
    'SELECT COUNT(*) AS due, MIN(next_run_at) AS since FROM schedules WHERE next_run_at <= ? AND paused = ?',
    [now, false],
  )
  return { count: row!.due, since: row!.since }
}

/** Moves what is due on without starting it. Gives how many. */
export async function skipDue(tx: Tx, now: Date, next: (cron: string) => Date): Promise<number> {
  const due = await tx.schedule.findMany({
    where: { nextRunAt: { lte: now }, paused: false },
    select: { id: true, cron: true, nextRunAt: true },
    orderBy: { id: 'asc' },
  })
  let skipped = 0
  for (const { id, cron, nextRunAt } of due)
    skipped += (await tx.schedule.updateMany({ where: { id, nextRunAt }, data: { nextRunAt: next(cron) } }))
      .count
  return skipped
}

/** Moves a due schedule on and starts what it is for, both or neither. False: another node was first. */
export const claimDue = (
  core: Core,
  schedule: Schedule,
  nextRunAt: Date,
  start: (tx: Tx) => Promise<void>,
): Promise<boolean> =>
  core.db.transaction(async (tx) => {
    const { count } = await tx.schedule.updateMany({
      where: { id: schedule.id, nextRunAt: schedule.nextRunAt, paused: false },
      data: { nextRunAt },
    })
    if (count === 0) return false
    await start(tx)
    return true
  })

export async function upsertSchedule(
  tx: Tx,
  schedule: Omit<Schedule, 'id' | 'paused' | 'createdAt'>,
): Promise<void> {
  const { vendorType, vendorId, params, ...rest } = schedule
  const data = { ...rest, params: params as object }
  await tx.schedule.upsert({
    where: { vendorType_vendorId: { vendorType, vendorId } },
    create: { vendorType, vendorId, createdAt: schedule.updatedAt, ...data },
    update: data,
  })
}

export async function deleteSchedule(tx: Tx, vendorType: string, vendorId: number): Promise<boolean> {
  return (await tx.schedule.deleteMany({ where: { vendorType, vendorId } })).count > 0
}
