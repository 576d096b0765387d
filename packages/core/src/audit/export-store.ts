import type { Core } from '../context/index.ts'
import { and, type Condition, type Filter, where } from '../list-query/index.ts'
import { auditColumns, type ListedAuditLine, type PlacedAuditLine } from './model.ts'
import { inside, type LineRow, lineColumns, toLine, type Visible } from './store.ts'
import { textConditions } from './text-search.ts'

/** The place of a line in the order of time. */
export interface Place {
  at: Date
  id: number
}

/** From behind one place to another. */
export interface Stretch {
  behind: Place | undefined
  upTo: Place | undefined
  /** Nothing after this. */
  until: Date
}

// Written so that MariaDB looks into the index too, which it does not for (at, id) > (?, ?).
const within = ({ behind, upTo, until }: Stretch): Condition[] => [
  ...(behind ? [{ sql: 'at >= ? AND (at > ? OR id > ?)', params: [behind.at, behind.at, behind.id] }] : []),
  upTo
    ? { sql: 'at <= ? AND (at < ? OR id <= ?)', params: [upTo.at, upTo.at, upTo.id] }
    : { sql: 'at <= ?', params: [until] },
]

/** The place of the line that is so many lines behind, by the index alone; undefined when there are no more. */
export async function readStretchEnd(
  core: Core,
  visible: Visible,
  stretch: Stretch,
  count: number,
): Promise<Place | undefined> {
  // Of one project there is an index of its own. Any other condition could make the database sort all that fit.
  const own = Array.isArray(visible) && visible.length === 1 ? [inside(visible)] : []
  const condition = and([...own, ...within(stretch)])
  const [row] = await core.db.query<{ at: Date; id: number }>(
    `SELECT at, id FROM audit_lines WHERE ${condition.sql} ORDER BY at, id LIMIT 1 OFFSET ?`,
    [...condition.params, count - 1],
  )
  return row
}

/** The lines of a stretch in the order of time. */
export async function readStretch(
  core: Core,
  visible: Visible,
  filters: readonly Filter[],
  stretch: Stretch,
): Promise<ListedAuditLine[]> {
  const condition = and([
    inside(visible),
    where(auditColumns, filters, core.db.provider),
    ...textConditions(core, filters),
    ...within(stretch),
  ])
  const rows = await core.db.query<LineRow>(
    `SELECT ${lineColumns} FROM audit_lines WHERE ${condition.sql} ORDER BY at, id`,
    condition.params,
  )
  return rows.map(toLine)
}

/** Sealed lines in the order of the log, behind a position. */
export async function readPlacedLines(
  core: Core,
  position: number,
  limit: number,
): Promise<PlacedAuditLine[]> {
  const rows = await core.db.query<LineRow>(
    `SELECT ${lineColumns} FROM audit_lines WHERE position > ? ORDER BY position LIMIT ?`,
    [Math.max(position, 0), limit],
  )
  return rows.map((row) => toLine(row) as PlacedAuditLine)
}

/** Of the line that was sealed last, whether or not it is still there; 0 when there was none. */
export async function readLastPosition(core: Core): Promise<number> {
  const [head] = await core.db.query<{ position: number }>('SELECT position FROM audit_heads')
  return head?.position ?? 0
}
