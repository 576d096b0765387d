import type { Core } from '../context/index.ts'
import type { EventTransaction } from '../events/index.ts'
import type { Condition } from '../list-query/index.ts'
import type { Activity } from './model.ts'

export interface ActivityRow {
  at: Date
  type: Activity['type']
  projectId: number
  name: string
  tag: string | null
  digest: string | null
  actorKind: string
  actorName: string
}

export async function insertActivities(tx: EventTransaction, data: readonly ActivityRow[]): Promise<void> {
  if (data.length > 0) await tx.activity.createMany({ data: [...data] })
}

interface ReadRow extends Record<string, unknown> {
  id: number
  at: Date
  type: Activity['type']
  project_id: number
  project_name: string | null
  name: string
  tag: string | null
  digest: string | null
  actor_kind: NonNullable<Activity['actor']>['kind']
  actor_name: string
}
/** With who did it: for others that is taken away. */
export type KnownActivity = Activity & { actor: NonNullable<Activity['actor']> }

const toActivity = (row: ReadRow): KnownActivity => ({
  position: row.id,
  at: row.at,
  type: row.type,
  projectId: row.project_id,
  projectName: row.project_name,
  name: row.name,
  tag: row.tag,
  digest: row.digest,
  actor: { kind: row.actor_kind, name: row.actor_name },
})

const selected = `SELECT r.id, r.at, r.type, r.project_id, p.name AS project_name, r.name, r.tag, r.digest,
  r.actor_kind, r.actor_name FROM activities r LEFT JOIN projects p ON p.id = r.project_id`

/** Newest first. `condition` is over the alias r. */
export async function readActivities(
  core: Core,
  condition: Condition,
  limit: number,
): Promise<KnownActivity[]> {
  const rows = await core.db.query<ReadRow>(`${selected} WHERE ${condition.sql} ORDER BY r.id DESC LIMIT ?`, [
    ...condition.params,
    limit,
  ])
  return rows.map(toActivity)
}

export async function readActivitiesBehind(
  core: Core,
  position: number,
  limit: number,
): Promise<KnownActivity[]> {
  const rows = await core.db.query<ReadRow>(`${selected} WHERE r.id > ? ORDER BY r.id LIMIT ?`, [
    position,
    limit,
  ])
  return rows.map(toActivity)
}

export async function readLastId(core: Core): Promise<number> {
  const [row] = await core.db.query<{ id: number }>('SELECT id FROM activities ORDER BY id DESC LIMIT 1')
  return row?.id ?? 0
}

/** Gives how many were removed. */
export async function removeActivities(core: Core, before: Date, upToId: number): Promise<number> {
  const { count } = await core.db.prisma.activity.deleteMany({
    where: { OR: [{ at: { lt: before } }, { id: { lte: upToId } }] },
  })
  return count
}
