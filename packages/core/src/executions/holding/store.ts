import { join, marks, sql, type Tx } from '@berth/db'
import type { Core } from '../../context/index.ts'
import type {
  Claim,
  Execution,
  ExecutionStatus,
  ExecutionTrigger,
  Note,
  TaskCounts,
  TaskStatus,
  VendorType,
} from '../model.ts'

type Id = number | bigint
type Sql = ReturnType<typeof sql>
const inList = (ids: readonly number[]) => sql`(${join(ids)})`

/** An execution whose row a transaction holds. */
export interface HeldExecution {
  id: number
  vendorType: VendorType
  vendorId: number
  status: ExecutionStatus
  trigger: ExecutionTrigger
  startedAt: Date
  /** When somebody asked for its end. */
  stopAskedAt: Date | null
  endedAt: Date | null
}

/** Whoever changes how an execution stands holds its row. Undefined: it is gone. */
export const lockExecution = async (tx: Tx, id: number): Promise<HeldExecution | undefined> =>
  (await lockExecutions(tx, [id]))[0]

/** As `lockExecution` for many, in the order of their ids. Those that are gone are left out. */
export async function lockExecutions(tx: Tx, ids: readonly number[]): Promise<HeldExecution[]> {
  type Row = {
    id: Id
    vendor_type: VendorType
    vendor_id: Id
    status: ExecutionStatus
    trigger_kind: ExecutionTrigger
    started_at: Date
    stop_asked_at: Date | null
    ended_at: Date | null
  }
  const rows = await tx.$queryRaw<Row[]>(
    sql`SELECT id, vendor_type, vendor_id, status, trigger_kind, started_at, stop_asked_at, ended_at FROM executions
         WHERE id IN ${inList(ids)} ORDER BY id FOR UPDATE`,
  )
  return rows.map((row) => ({
    ...{ id: Number(row.id), vendorType: row.vendor_type, vendorId: Number(row.vendor_id) },
    ...{ status: row.status, trigger: row.trigger_kind, startedAt: row.started_at },
    ...{ stopAskedAt: row.stop_asked_at, endedAt: row.ended_at },
  }))
}

/** What was said of an execution, which is held: in a transaction that began earlier MariaDB would else show what was said then. */
export async function lockNotes(tx: Tx, id: number): Promise<Note[]> {
  const [row] = await tx.$queryRaw<{ notes: Note[] | string | null }[]>`
    SELECT notes FROM executions WHERE id = ${id} FOR UPDATE`
  // MariaDB keeps JSON as text.
  return (typeof row?.notes === 'string' ? (JSON.parse(row.notes) as Note[]) : row?.notes) ?? []
}

/** What an execution's status follows from; undefined when it has no tasks. Its row is held by the caller. */
export async function readTaskStatuses(
  core: Core,
  tx: Tx,
  executionId: number,
): Promise<Partial<TaskCounts> | undefined> {
  // In a transaction that began earlier MariaDB would else count what was there then.
  const latest = core.db.provider === 'mysql' ? sql`LOCK IN SHARE MODE` : sql``
  const open = await tx.$queryRaw<{ status: TaskStatus }[]>(
    sql`SELECT status FROM tasks WHERE execution_id = ${executionId}
         AND status IN ('Pending', 'Scheduled', 'Running') LIMIT 1 ${latest}`,
  )
  if (open[0]) return { [open[0].status]: 1 }
  const ended = await tx.$queryRaw<{ status: TaskStatus; tasks: Id }[]>(
    sql`SELECT status, COUNT(*) AS tasks FROM tasks WHERE execution_id = ${executionId} GROUP BY status ${latest}`,
  )
  if (ended.length === 0) return undefined
  return Object.fromEntries(ended.map(({ status, tasks }) => [status, Number(tasks)]))
}

/** The same of many with one statement, which says of each status whether there is such a task. */
export async function readStanding(
  core: Core,
  tx: Tx,
  executionIds: readonly number[],
): Promise<Map<number, Partial<TaskCounts>>> {
  if (executionIds.length === 0) return new Map()
  const latest = core.db.provider === 'mysql' ? sql`LOCK IN SHARE MODE` : sql``
  // One row is enough to know: of a million that wait none is counted.
  const any = (statuses: Sql) =>
    sql`(SELECT 1 FROM tasks t WHERE t.execution_id = e.id AND t.status IN (${statuses}) LIMIT 1 ${latest})`
  type Row = { id: Id } & Record<'waits' | 'failed' | 'stopped' | 'done', Id | null>
  const rows = await tx.$queryRaw<Row[]>(
    sql`SELECT e.id, ${any(sql`'Pending', 'Scheduled', 'Running'`)} AS waits, ${any(sql`'Error'`)} AS failed,
         ${any(sql`'Stopped'`)} AS stopped, ${any(sql`'Success'`)} AS done
         FROM executions e WHERE e.id IN ${inList(executionIds)} ${latest}`,
  )
  const some = (found: Id | null) => (found === null ? 0 : 1)
  return new Map(
    rows
      .filter(({ waits, failed, stopped, done }) =>
        [waits, failed, stopped, done].some((one) => one !== null),
      )
      .map(({ id, waits, failed, stopped, done }) => [
        Number(id),
        { Running: some(waits), Error: some(failed), Stopped: some(stopped), Success: some(done) },
      ]),
  )
}

export async function writeStatus(
  tx: Tx,
  { id, status, endedAt }: Pick<HeldExecution, 'id' | 'status' | 'endedAt'>,
): Promise<void> {
  await tx.execution.updateMany({ where: { id }, data: { status, endedAt } })
}

/** A running task whose row a transaction holds. */
export interface HeldTask {
  run: number
  log: string
}

/** Those of the tasks that run, held until the transaction ends. */
export async function lockRunning(tx: Tx, taskIds: readonly number[]): Promise<Map<number, HeldTask>> {
  const rows = await tx.$queryRaw<{ id: Id; run_count: number; log: string }[]>(
    sql`SELECT id, run_count, log FROM tasks WHERE id IN ${inList(taskIds)} AND status = 'Running'
         ORDER BY id FOR UPDATE`,
  )
  return new Map(rows.map(({ id, run_count: run, log }) => [Number(id), { run, log }]))
}

/** The logs of those of the tasks that wait, held until the transaction ends. */
export async function lockWaiting(tx: Tx, taskIds: readonly number[]): Promise<Map<number, string>> {
  const rows = await tx.$queryRaw<{ id: Id; log: string }[]>(
    sql`SELECT id, log FROM tasks WHERE id IN ${inList(taskIds)} AND status IN ('Pending', 'Scheduled')
         ORDER BY id FOR UPDATE`,
  )
  return new Map(rows.map(({ id, log }) => [Number(id), log]))
}

/**
 * Those that a stop ends at once, ones that wait and ones whose worker is gone, held as well: some behind a task of an
 * execution, or those among tasks.
 */
export async function lockStoppable(
  tx: Tx,
  of: { executionId: number; after: number; limit: number } | { among: readonly number[] },
  now: Date,
): Promise<number[]> {
  const those =
    'among' in of
      ? sql`id IN ${inList(of.among)}`
      : sql`execution_id = ${of.executionId} AND id > ${of.after}`
  const limit = 'among' in of ? sql`` : sql`LIMIT ${of.limit}`
  const rows = await tx.$queryRaw<{ id: Id }[]>(
    sql`SELECT id FROM tasks WHERE ${those}
         AND (status IN ('Pending', 'Scheduled') OR (status = 'Running' AND lease_until <= ${now}))
         ORDER BY id ${limit} FOR UPDATE`,
  )
  return rows.map(({ id }) => Number(id))
}

/**
 * Those of the tasks that may be taken up, held until the transaction ends: ones that wait, and ones whose worker let its
 * lease run out.
 */
export async function lockClaimable(
  tx: Tx,
  taskIds: readonly number[],
  now: Date,
): Promise<{ id: number; executionId: number; run: number; status: TaskStatus }[]> {
  const rows = await tx.$queryRaw<{ id: Id; execution_id: Id; run_count: number; status: TaskStatus }[]>(
    sql`SELECT id, execution_id, run_count, status FROM tasks WHERE id IN ${inList(taskIds)}
         AND (status IN ('Pending', 'Scheduled') OR (status = 'Running' AND lease_until <= ${now}))
         ORDER BY id FOR UPDATE`,
  )
  return rows.map(({ id, execution_id, run_count, status }) => ({
    ...{ id: Number(id), executionId: Number(execution_id), run: run_count, status },
  }))
}

/**
 * They are held by the caller. One statement: Postgres looks at the execution of a row that a transaction changes for the
 * second time, and so would wait for whoever holds that.
 */
export async function writeClaims(
  tx: Tx,
  taskIds: readonly number[],
  { now, leaseUntil, worker }: { now: Date; leaseUntil: Date; worker: string },
): Promise<void> {
  await tx.$executeRaw(
    sql`UPDATE tasks SET status = 'Running', run_count = run_count + 1, lease_until = ${leaseUntil}, worker = ${worker},
         updated_at = ${now}, started_at = COALESCE(started_at, ${now}) WHERE id IN ${inList(taskIds)}`,
  )
}

/** Those of which somebody asked for the end. */
export async function readStopAsked(tx: Tx, executionIds: readonly number[]): Promise<Set<number>> {
  const rows = await tx.$queryRaw<{ id: Id }[]>(
    sql`SELECT id FROM executions WHERE id IN ${inList(executionIds)} AND stop_asked_at IS NOT NULL`,
  )
  return new Set(rows.map(({ id }) => Number(id)))
}

/** Those of which somebody asked for the end, and something waits all the same, or had a worker that is gone. */
export const readStopping = async (
  core: Core,
  vendorType: VendorType,
): Promise<Pick<Execution, 'id' | 'vendorId'>[]> => {
  const rows = await core.db.query<{ id: number; vendor_id: number }>(
    `SELECT e.id, e.vendor_id FROM executions e
      WHERE e.vendor_type = ? AND e.status = 'Running' AND e.stop_asked_at IS NOT NULL
        AND EXISTS (SELECT 1 FROM tasks t WHERE t.execution_id = e.id AND (t.status IN ('Pending', 'Scheduled')
          OR (t.status = 'Running' AND t.lease_until <= ?)))`,
    [vendorType, new Date(core.now())],
  )
  return rows.map(({ id, vendor_id: vendorId }) => ({ id, vendorId }))
}

/** What becomes of one of several tasks. */
export interface TaskWrite {
  taskId: number
  /** Undefined, as the others: as it was; it runs on. */
  status: TaskStatus | undefined
  message: string | undefined
  log: string | undefined
  endedAt: Date | null
}

/** Each its own, with one statement. They are held by the caller. */
export async function writeTasks(tx: Tx, writes: readonly TaskWrite[], now: Date): Promise<void> {
  const given = writes.filter(({ status }) => status !== undefined)
  const ended = writes.filter(({ endedAt }) => endedAt !== null)
  await tx.$executeRaw(
    sql`UPDATE tasks SET updated_at = ${now},
         lease_until = ${ofSome(given, sql`NULL`, sql`lease_until`)},
         ended_at = ${ofSome(ended, sql`${now}`, sql`ended_at`)},
         status = ${ofEach(writes, 'status')},
         status_message = ${ofEach(writes, 'message')},
         log = ${ofEach(writes, 'log')}
         WHERE id IN ${inList(writes.map(({ taskId }) => taskId))}`,
  )
}

function ofSome(some: readonly TaskWrite[], value: Sql, otherwise: Sql): Sql {
  if (some.length === 0) return otherwise
  return sql`CASE WHEN id IN ${inList(some.map(({ taskId }) => taskId))} THEN ${value} ELSE ${otherwise} END`
}

const columns = { status: sql`status`, message: sql`status_message`, log: sql`log` }

function ofEach(writes: readonly TaskWrite[], field: keyof typeof columns): Sql {
  const given = writes.filter((write) => write[field] !== undefined)
  if (given.length === 0) return columns[field]
  const cases = given.map((write) => sql`WHEN ${write.taskId} THEN ${write[field]}`)
  return sql`CASE id ${join(cases, ' ')} ELSE ${columns[field]} END`
}

/** Of those that still run for these workers. By id as well: MariaDB has no index for pairs, and would hold all rows. */
export async function writeLeases(
  core: Core,
  claims: readonly Claim[],
  { now, leaseUntil }: { now: Date; leaseUntil: Date },
): Promise<void> {
  if (claims.length === 0) return
  const held = join(claims.map(({ taskId, run }) => sql`(${taskId}, ${run})`))
  await core.db.prisma.$executeRaw(
    sql`UPDATE tasks SET lease_until = ${leaseUntil}, updated_at = ${now}
         WHERE id IN ${inList(claims.map(({ taskId }) => taskId))} AND (id, run_count) IN (${held}) AND status = 'Running'`,
  )
}

/** Those of the tasks that run: which run it is, and whether somebody asked for its end. */
export async function readHeld(
  core: Core,
  taskIds: readonly number[],
): Promise<Map<number, { run: number; stopAsked: boolean }>> {
  if (taskIds.length === 0) return new Map()
  const rows = await core.db.query<{ id: number; run_count: number; stop_asked_at: Date | null }>(
    `SELECT t.id, t.run_count, e.stop_asked_at FROM tasks t JOIN executions e ON e.id = t.execution_id
      WHERE t.id IN (${marks(taskIds)}) AND t.status = 'Running'`,
    [...taskIds],
  )
  return new Map(rows.map((row) => [row.id, { run: row.run_count, stopAsked: row.stop_asked_at !== null }]))
}
