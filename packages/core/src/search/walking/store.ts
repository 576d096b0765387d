import type { Row, SqlValue } from '@berth/db'
import type { Core } from '../../context/index.ts'
import type { Condition } from '../../list-query/index.ts'
import { type LimitedProject, withinLimits } from '../../repository-limits/index.ts'
import type { Place } from '../model.ts'
import type { Segment } from './segments.ts'
import type { Source } from './sources.ts'

interface FoundRow extends Row {
  project_id: number
  term: string
  id: number
}

/** At most `count` rows of the segment. */
export async function readSegment(
  core: Core,
  source: Source,
  { projects, condition, exact, others, limited }: Segment,
  end: string,
  count: number,
): Promise<Place[]> {
  const mysql = core.db.provider === 'mysql'
  const where = whereOf(source, condition, end, mysql && projects !== 'all')
  if (limited) {
    const within = reached(core, source, limited)
    where.sql += ` AND ${within.sql}`
    where.params.push(...within.params)
  }
  const conditions = source.fixed ? `${source.fixed} AND ${where.sql}` : where.sql
  const order = where.ordered ? source.id : `${source.term}, ${source.id}`
  const [sql, params] =
    projects === 'all'
      ? everywhere(source, conditions, where.params, order, mysql)
      : mysql
        ? inProjectsMariadb(source, projects, conditions, where.params, order)
        : inProjectsPostgres(source, projects, conditions, where.params, count)
  const rows = await core.db.query<FoundRow>(`${sql} LIMIT ?`, [...params, count])
  return rows.map((row) => ({ exact, others, projectId: row.project_id, term: row.term, id: row.id }))
}

/** Rows of other projects, and of these the rows of repositories within the limits. */
function reached(core: Core, source: Source, limited: readonly LimitedProject[]): Condition {
  const within = withinLimits(core, limited, 'r')
  const ids = limited.map(({ id }) => id)
  while (ids.length & (ids.length - 1)) ids.push(ids[0]!)
  const repository =
    source.repository === undefined
      ? `(SELECT la.repository_id FROM artifacts la WHERE la.id = ${source.table}.${source.id})`
      : `${source.table}.${source.repository}`
  return {
    sql: `(${source.table}.${source.project} NOT IN (${ids.map(() => '?').join(', ')})
      OR EXISTS (SELECT 1 FROM repositories r WHERE r.id = ${repository} AND ${within.sql}))`,
    params: [...ids, ...within.params],
  }
}

type Statement = [sql: string, params: SqlValue[]]

/**
 * `ordered`: the term is one, and is left out of the order: MariaDB would sort all rows that have it. For the same
 * reason it is asked over several projects for a range with one term in it, which it reads in the index's order.
 */
function whereOf(
  { term, id }: Source,
  condition: Segment['condition'],
  end: string,
  asRange: boolean,
): { sql: string; params: SqlValue[]; ordered: boolean } {
  if ('above' in condition)
    return { sql: `${term} > ? AND ${term} < ?`, params: [condition.above, end], ordered: false }
  const { equals, afterId } = condition
  if (afterId !== undefined)
    return { sql: `${term} = ? AND ${id} > ?`, params: [equals, afterId], ordered: true }
  if (asRange) return { sql: `${term} >= ? AND ${term} <= ?`, params: [equals, equals], ordered: false }
  return { sql: `${term} = ?`, params: [equals], ordered: true }
}

function everywhere(
  source: Source,
  conditions: string,
  params: SqlValue[],
  order: string,
  mysql: boolean,
): Statement {
  const { table, project, term, id, indexes } = source
  const hint = mysql ? ` FORCE INDEX (${indexes.everywhere})` : ''
  const sql = `SELECT ${project} AS project_id, ${term} AS term, ${id} AS id FROM ${table}${hint}
    WHERE ${conditions} ORDER BY ${order}`
  return [sql, params]
}

/** The index gives its rows in the order of projects, and MariaDB stops at the limit. */
function inProjectsMariadb(
  source: Source,
  projects: readonly number[],
  conditions: string,
  params: SqlValue[],
  order: string,
): Statement {
  const { table, project, term, id, indexes } = source
  const ids = [...projects]
  // Filled up to a power of two, so that few different statements have to be prepared.
  while (ids.length & (ids.length - 1)) ids.push(ids[0]!)
  const sql = `SELECT ${project} AS project_id, ${term} AS term, ${id} AS id
    FROM ${table} FORCE INDEX (${indexes.inProject})
    WHERE ${project} IN (${ids.map(() => '?').join(', ')}) AND ${conditions} ORDER BY ${project}, ${order}`
  return [sql, [...ids, ...params]]
}

/** Postgres before 17 would read all that matches to sort it; a look per project with a limit of its own does not. */
function inProjectsPostgres(
  source: Source,
  projects: readonly number[],
  conditions: string,
  params: SqlValue[],
  count: number,
): Statement {
  const { table, project, term, id } = source
  const sql = `SELECT found.project_id, found.term, found.id FROM unnest(?::int[]) AS wanted (project_id)
    CROSS JOIN LATERAL (SELECT ${project} AS project_id, ${term} AS term, ${id} AS id FROM ${table}
      WHERE ${project} = wanted.project_id AND ${conditions} ORDER BY ${term}, ${id} LIMIT ?) AS found
    ORDER BY found.project_id, found.term, found.id`
  return [sql, [`{${projects.join(',')}}`, ...params, count]]
}
