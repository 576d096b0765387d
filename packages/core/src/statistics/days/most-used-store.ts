import type { Core } from '../../context/index.ts'
import type { Condition } from '../../list-query/index.ts'
import type { Period, RepositoryUse, TagUse, UseKind } from './model.ts'
import { rangesOf } from './rules.ts'

interface Wanted {
  by: UseKind
  /** Up to and with today. */
  period: Period
  limit: number
}

/**
 * The most used first; `scope` over the alias `d` of days. Only what orders them is summed for all, from the longest spans
 * that fit; the rest is looked up for those that are named.
 */
export async function readMostUsed(
  core: Core,
  scope: Condition,
  { by, period, limit }: Wanted,
): Promise<RepositoryUse[]> {
  const parts = rangesOf(period).map(({ days, from, to }): Condition => {
    const table = days === 1 ? 'repository_days d WHERE' : `repository_spans d WHERE d.days = ${days} AND`
    return {
      sql: `SELECT d.repository_id, d.${by} AS used FROM ${table} d.day BETWEEN ? AND ? AND ${scope.sql}`,
      params: [from, to, ...scope.params],
    }
  })
  // Both databases sum 64-bit numbers in wider types; doubles are somewhat cheaper, and exact up to 2^53.
  const quick = core.db.provider === 'postgresql' ? 'SUM(u.used::float8)' : 'SUM(u.used + 0e0)'
  const sumOf = (kind: UseKind) =>
    `(SELECT SUM(x.${kind}) FROM repository_days x WHERE x.repository_id = t.repository_id AND x.day BETWEEN ? AND ?)`
  const window = [period.from, period.to]
  const rows = await core.db.query<{
    id: number
    project_id: number
    name: string
    pulls: number | string
    pushes: number | string
  }>(
    `SELECT r.id, r.project_id, r.name, ${sumOf('pulls')} AS pulls, ${sumOf('pushes')} AS pushes
       FROM (SELECT u.repository_id, ${quick} AS used FROM (${parts.map(({ sql }) => sql).join(' UNION ALL ')}) u
              GROUP BY u.repository_id ORDER BY used DESC, u.repository_id LIMIT ?) t
       JOIN repositories r ON r.id = t.repository_id WHERE t.used > 0 ORDER BY t.used DESC, r.id`,
    [...window, ...window, ...parts.flatMap(({ params }) => params), limit],
  )
  return rows.map(({ id, project_id: projectId, name, pulls, pushes }) => ({
    repositoryId: id,
    projectId,
    name,
    pulls: Number(pulls),
    pushes: Number(pushes),
  }))
}

export async function readMostUsedTags(
  core: Core,
  repositoryId: number,
  { by, period, limit }: Wanted,
): Promise<TagUse[]> {
  const rows = await core.db.query<{ tag: string; pulls: number | string; pushes: number | string }>(
    `SELECT tag, SUM(pulls) AS pulls, SUM(pushes) AS pushes FROM tag_days
      WHERE repository_id = ? AND day BETWEEN ? AND ?
      GROUP BY tag HAVING SUM(${by}) > 0 ORDER BY SUM(${by}) DESC, tag LIMIT ?`,
    [repositoryId, period.from, period.to, limit],
  )
  return rows.map((row) => ({ tag: row.tag, pulls: Number(row.pulls), pushes: Number(row.pushes) }))
}
