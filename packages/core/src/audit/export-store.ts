import type { Core } from '../context/index.ts'
import { and, type Condition, type Filter, where } from '../list-query/index.ts'
import { auditColumns, type ListedAuditLine } from './model.ts'
import { inside, type LineRow, lineColumns, toLine, type Visible } from './store.ts'

/** The place of a line in the order of time. */
export interface Place {
  at: Date
  id: number
}

/**
 * The next lines in the order of time, at most `limit`, and none after `until`. Each statement goes on where the last one
 * ended, by an index: the last of a million lines costs what the first did, and nothing is held open in between.
 */
export async function readLinesBehind(
  core: Core,
  visible: Visible,
  filters: readonly Filter[],
  { behind, until, limit }: { behind: Place | undefined; until: Date; limit: number },
): Promise<ListedAuditLine[]> {
  const begin: Condition[] = behind
    ? // Written so that MariaDB looks into the index too, which it does not for (at, id) > (?, ?).
      [{ sql: 'at >= ? AND (at > ? OR id > ?)', params: [behind.at, behind.at, behind.id] }]
    : []
  const condition = and([
    inside(visible),
    where(auditColumns, filters, core.db.provider),
    { sql: 'at <= ?', params: [until] },
    ...begin,
  ])
  const rows = await core.db.query<LineRow>(
    `SELECT ${lineColumns} FROM audit_lines WHERE ${condition.sql} ORDER BY at, id LIMIT ?`,
    [...condition.params, limit],
  )
  return rows.map(toLine)
}
