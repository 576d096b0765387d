import type { Core } from '../context/index.ts'
import { and, type Columns, type ListQuery, limit, orderBy, where } from '../list-query/index.ts'
import type { Tag } from './model.ts'

/** What `q` and `sort` may name, over the alias `t`. */
const columns: Columns = {
  id: { sql: 't.id', type: 'integer' },
  name: { sql: 't.name', type: 'text' },
  push_time: { sql: 't.pushed_at', type: 'time' },
  pull_time: { sql: 't.pulled_at', type: 'time' },
}

export async function readTagsOf(core: Core, artifactId: number, query: ListQuery) {
  const conditions = and([
    { sql: 't.artifact_id = ?', params: [artifactId] },
    where(columns, query.filters, core.db.provider),
  ])
  const page = limit(query)
  const [rows, counted] = await Promise.all([
    core.db.query<{
      id: number
      repository_id: number
      artifact_id: number
      name: string
      pushed_at: Date
      pulled_at: Date | null
    }>(
      `SELECT t.id, t.repository_id, t.artifact_id, t.name, t.pushed_at, t.pulled_at FROM tags t
        WHERE ${conditions.sql}${orderBy(columns, query.sort, 't.pushed_at DESC', 't.id')}${page.sql}`,
      [...conditions.params, ...page.params],
    ),
    core.db.query<{ total: number }>(
      `SELECT COUNT(*) AS total FROM tags t WHERE ${conditions.sql}`,
      conditions.params,
    ),
  ])
  const items = rows.map(
    (row): Tag => ({
      id: row.id,
      repositoryId: row.repository_id,
      artifactId: row.artifact_id,
      name: row.name,
      pushedAt: row.pushed_at,
      pulledAt: row.pulled_at,
    }),
  )
  return { items, total: counted[0]?.total ?? 0 }
}

/** The artifact that holds the tag now. */
export async function readHolder(
  core: Core,
  repositoryId: number,
  name: string,
): Promise<number | undefined> {
  const [row] = await core.db.query<{ artifact_id: number }>(
    'SELECT artifact_id FROM tags WHERE repository_id = ? AND name = ?',
    [repositoryId, name],
  )
  return row?.artifact_id
}

/** Names after `last` in their order, at most `n`. */
export async function readTagNames(
  core: Core,
  repository: string,
  n: number,
  last: string | undefined,
): Promise<string[]> {
  const rows = await core.db.query<{ name: string }>(
    `SELECT t.name FROM repositories r JOIN tags t ON t.repository_id = r.id
      WHERE r.name = ? AND t.name > ? ORDER BY t.name LIMIT ?`,
    [repository, last ?? '', n],
  )
  return rows.map((row) => row.name)
}
