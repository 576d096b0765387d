import type { Core } from '../context/index.ts'

export async function answersQueries(core: Core): Promise<void> {
  await core.db.query('SELECT 1 AS one', [])
}

/** True when any node's component of this name said so since then. */
export async function beatSince(core: Core, component: string, since: Date): Promise<boolean> {
  const sql = 'SELECT node FROM heartbeats WHERE component = ? AND beat_at > ? LIMIT 1'
  return (await core.db.query(sql, [component, since])).length > 0
}

export async function writeBeat(core: Core, component: string, node: string, at: Date): Promise<void> {
  await core.db.prisma.heartbeat.upsert({
    where: { component_node: { component, node } },
    create: { component, node, beatAt: at },
    update: { beatAt: at },
  })
}

/** Gives how many were removed. */
export async function removeBeatsBefore(core: Core, before: Date): Promise<number> {
  return (await core.db.prisma.heartbeat.deleteMany({ where: { beatAt: { lt: before } } })).count
}
