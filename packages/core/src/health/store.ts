import type { Core } from '../context/index.ts'

export async function answersQueries(core: Core): Promise<void> {
  await core.db.query('SELECT 1 AS one', [])
}

/** True when any node's component of this name said so since then. */
export async function beatSince(core: Core, component: string, since: Date): Promise<boolean> {
  const sql = 'SELECT node FROM heartbeats WHERE component = ? AND beat_at > ? LIMIT 1'
  return (await core.db.query(sql, [component, since])).length > 0
}

/** What a process that does jobs says of itself. */
export interface Pool {
  startedAt: Date
  pid: number
  /** How many jobs it does at once. */
  concurrency: number
}

export async function writeBeat(
  core: Core,
  component: string,
  node: string,
  at: Date,
  pool?: Pool,
): Promise<void> {
  const data = { beatAt: at, ...pool }
  await core.db.prisma.heartbeat.upsert({
    where: { component_node: { component, node } },
    create: { component, node, ...data },
    update: data,
  })
}

/** Of the nodes whose processes do jobs and said so since then. */
export async function readPoolsSince(
  core: Core,
  since: Date,
): Promise<(Pool & { node: string; beatAt: Date })[]> {
  type Row = { node: string; beat_at: Date; started_at: Date; pid: number; concurrency: number }
  const rows = await core.db.query<Row>(
    `SELECT node, beat_at, started_at, pid, concurrency FROM heartbeats
      WHERE component = 'jobservice' AND beat_at > ? AND concurrency IS NOT NULL ORDER BY node`,
    [since],
  )
  return rows.map(({ beat_at, started_at, ...row }) => ({ ...row, beatAt: beat_at, startedAt: started_at }))
}

/** Gives how many were removed. */
export async function removeBeatsBefore(core: Core, before: Date): Promise<number> {
  return (await core.db.prisma.heartbeat.deleteMany({ where: { beatAt: { lt: before } } })).count
}
