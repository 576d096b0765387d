import { type Actor, repositoryCountOf, visibleProjects } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { type Day, EVERYTHING } from './days/model.ts'

/** Projects and their repositories that the actor may see, apart for public and private ones. */
export async function countVisible(
  core: Core,
  actor: Actor,
): Promise<{ public: boolean; projects: number; repositories: number }[]> {
  const visible = visibleProjects(actor, 'p')
  const count = await repositoryCountOf(core, actor)
  const rows = await core.db.query<{ public: boolean; projects: number; repositories: number }>(
    `SELECT p.public, COUNT(*) AS projects, SUM(${count.sql}) AS repositories FROM projects p
      WHERE ${visible.sql} GROUP BY p.public`,
    [...count.params, ...visible.params],
  )
  return rows.map((row) => ({ ...row, repositories: Number(row.repositories) }))
}

/** Removes one day after another, so that no statement holds many rows for long; the sums of everything stay. */
export async function removeOldest(
  core: Core,
  table: 'repository_days' | 'repository_spans' | 'tag_days' | 'project_days',
  before: Day,
  signal: AbortSignal | undefined,
): Promise<number> {
  const ofSome = table === 'project_days' ? ` AND project_id <> ${EVERYTHING}` : ''
  let removed = 0
  while (!signal?.aborted) {
    const [oldest] = await core.db.query<{ day: Day | null }>(
      `SELECT MIN(day) AS day FROM ${table} WHERE day < ?${ofSome}`,
      [before],
    )
    const day = oldest?.day
    if (day == null) break
    removed += await core.db.prisma.$executeRawUnsafe(
      `DELETE FROM ${table} WHERE day = ${Number(day)}${ofSome}`,
    )
  }
  return removed
}
