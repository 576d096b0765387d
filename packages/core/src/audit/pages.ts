import type { Core } from '../context/index.ts'
import {
  and,
  type Condition,
  type Filter,
  type ListQuery,
  orderBy,
  type Page,
  where,
} from '../list-query/index.ts'
import { auditColumns, type ListedAuditLine } from './model.ts'
import { inside, type LineRow, lineColumns, toLine, type Visible } from './store.ts'
import { requireParts, textConditions } from './text-search.ts'

/** What matches one filter is counted up to so many; a number beyond would cost more than the page. */
export const MAX_COUNTED = 10_000
/** No page is without end, whatever was asked for: there may be millions. */
const MAX_ROWS = 1_000
/** In a log of so many lines at most everything is counted, whatever the filters are. */
const SMALL = 20_000
/** What must be compared line by line looks this far back, in steps. */
const STEPS = [5_000, 45_000]
const REACH = STEPS.reduce((sum, step) => sum + step)
/** Lines that other filters leave, which are few enough to compare them all. */
const FEW = 2_000
/** Of more than these so many are compared, however far apart they stand: each may have to be fetched from the disk. */
const SPARSE = 500

export interface AuditPage extends Page<ListedAuditLine> {
  /** `total` is not all there are: it says at least so many. */
  more: boolean
  /** Where a search by parts of texts stopped; it has seen everything newer. Null: it has seen all. */
  searchedBackTo: Date | null
}

// What an index begins with.
const indexed = new Set([
  'id',
  'position',
  'op_time',
  'username',
  'operation',
  'resource_type',
  'resource',
  'address',
  'result',
  'project_id',
  'request_id',
])

/** What no index knows, as parts of texts, is compared line by line. */
const isSlow = (filter: Filter) =>
  filter.match === 'fuzzy' || filter.field === 'text' || !(indexed.has(filter.field) || !known(filter.field))

const known = (field: string) => Object.hasOwn(auditColumns, field)

/** Whether one index holds all that match, so that counting them costs little. Times stand in each behind the value. */
function inOneIndex(visible: Visible, filters: readonly Filter[]): boolean {
  const fields = new Set(
    filters.map(({ field }) => field).filter((field) => known(field) && field !== 'op_time'),
  )
  if (visible !== 'everything') fields.add('project_id')
  return fields.size <= 1 || (fields.size === 2 && fields.has('resource_type') && fields.has('operation'))
}

/** What an index knows by values: not the expression that `operation_result` is. */
const inIndexWords = (filter: Filter): Filter => {
  if (filter.field !== 'operation_result' || filter.match !== 'exact') return filter
  if (/^(true|1)$/i.test(filter.value)) return { field: 'result', match: 'exact', value: 'ok' }
  return /^(false|0)$/i.test(filter.value)
    ? { field: 'result', match: 'any', values: ['refused', 'failed'] }
    : filter
}

/**
 * Lines of a page, newest first unless `sort` says otherwise; all that there are, a thousand at most, for a size of 0.
 *
 * @throws DomainError BAD_REQUEST
 */
export async function readAuditPage(core: Core, visible: Visible, asked: ListQuery): Promise<AuditPage> {
  requireParts(asked.filters)
  const query = asked.pageSize === 0 ? { ...asked, page: 1, pageSize: MAX_ROWS } : asked
  const filters = query.filters.map(inIndexWords)
  const { provider } = core.db
  const quick = [
    inside(visible),
    where(
      auditColumns,
      filters.filter((f) => !isSlow(f)),
      provider,
    ),
  ]
  const slow = filters.filter(isSlow)
  const order = orderBy(auditColumns, query.sort, 'at DESC', 'id')
  const counted = inOneIndex(visible, filters)
  if (slow.length === 0) return readWhole(core, and(quick), order, query, counted)
  const condition = and([...quick, where(auditColumns, slow, provider), ...textConditions(core, slow)])
  const [newest] = await placeOf(core, and(quick), 0)
  const many = newest && (await placeOf(core, and(quick), FEW)).length > 0
  const [end] = many ? await placeOf(core, and(quick), SPARSE) : []
  if (!newest || !end) return readWhole(core, condition, order, query, true)
  // The steps would walk over more than they find.
  if (newest.id - end.id > REACH / 2) return readNewest(core, and(quick), condition, order, query, end)
  return readSteps(core, newest.id, condition, order, query)
}

async function countUpTo(core: Core, condition: Condition, most: number): Promise<number> {
  const [row] = await core.db.query<{ found: number }>(
    `SELECT count(*) AS found FROM (SELECT 1 AS one FROM audit_lines WHERE ${condition.sql} LIMIT ?) f`,
    [...condition.params, most + 1],
  )
  return row?.found ?? 0
}

async function readWhole(
  core: Core,
  condition: Condition,
  order: string,
  query: ListQuery,
  counted: boolean,
): Promise<AuditPage> {
  const before = (query.page - 1) * query.pageSize
  // Within the index as far as it goes: MariaDB fetches each line that it compares when it must give back all of it.
  const rows = await core.db.query<LineRow>(
    `SELECT ${lineColumns} FROM (SELECT id AS page_id FROM audit_lines WHERE ${condition.sql}${order} LIMIT ? OFFSET ?) page
       JOIN audit_lines ON id = page_id${order}`,
    [...condition.params, query.pageSize + 1, before],
  )
  const items = rows.slice(0, query.pageSize).map(toLine)
  const seen = before + items.length
  const isLast = rows.length === items.length && (items.length > 0 || query.page === 1)
  if (isLast) return { items, total: seen, more: false, searchedBackTo: null }
  const certain = seen + (rows.length > items.length ? 1 : 0)
  if (!counted && (await lastId(core)) > SMALL)
    return { items, total: certain, more: true, searchedBackTo: null }
  const total = await countUpTo(core, condition, MAX_COUNTED)
  if (total <= MAX_COUNTED) return { items, total, more: false, searchedBackTo: null }
  return { items, total: Math.max(MAX_COUNTED, certain), more: true, searchedBackTo: null }
}

async function lastId(core: Core): Promise<number> {
  const [row] = await core.db.query<{ id: number }>('SELECT id FROM audit_lines ORDER BY id DESC LIMIT 1')
  return row?.id ?? 0
}

/** Where a line stands. */
type Place = Pick<LineRow, 'id' | 'at'>

/** The place of the line that is so many lines behind the newest. */
const placeOf = ({ db }: Core, { sql, params }: Condition, behind: number) =>
  db.query<Place>(`SELECT id, at FROM audit_lines WHERE ${sql} ORDER BY at DESC, id DESC LIMIT 1 OFFSET ?`, [
    ...params,
    behind,
  ])

/** Looks through the newest lines, ever more of them, until the page is full or it has looked at enough. */
async function readSteps(
  core: Core,
  newestId: number,
  condition: Condition,
  order: string,
  query: ListQuery,
): Promise<AuditPage> {
  const wanted = query.page * query.pageSize
  // By ids, which are nearly in order of time: by time a database may walk another index, through the whole log.
  const walk = query.sort.length === 0 ? ' ORDER BY id DESC' : order
  // Of the pages before it only where they stand: a late one would hold all that was looked through.
  const found: Place[] = []
  let below = newestId + 1
  for (const step of STEPS) {
    const from = below - step
    const within = and([condition, { sql: 'id >= ? AND id < ?', params: [from, below] }])
    const rows = await core.db.query<Place>(
      `SELECT id, at FROM audit_lines WHERE ${within.sql}${walk} LIMIT ?`,
      [...within.params, wanted - found.length + 1],
    )
    found.push(...rows)
    below = from
    if (found.length > wanted || below <= 1) break
  }
  if (query.sort.length === 0) found.sort((left, right) => +right.at - +left.at || right.id - left.id)
  const [end] = below > 1 && found.length <= wanted ? await lineAt(core, below) : []
  return pageOf(core, query, found, below > 1, end)
}

/** Looks through the newest that `quick` leaves, down to the line before `end`. */
async function readNewest(
  core: Core,
  quick: Condition,
  condition: Condition,
  order: string,
  query: ListQuery,
  end: Place,
): Promise<AuditPage> {
  const found = await core.db.query<Place>(
    `SELECT id, at FROM (SELECT id AS few_id FROM audit_lines WHERE ${quick.sql}
        ORDER BY at DESC, id DESC LIMIT ?) few JOIN audit_lines ON id = few_id
      WHERE ${condition.sql}${order} LIMIT ?`,
    [...quick.params, SPARSE, ...condition.params, query.page * query.pageSize + 1],
  )
  return pageOf(core, query, found, true, end)
}

/** The page of what was found, one more than it needs at most; `end`: where looking stopped. */
async function pageOf(
  core: Core,
  { page, pageSize }: ListQuery,
  found: readonly Place[],
  isPart: boolean,
  end: Pick<Place, 'at'> | undefined,
): Promise<AuditPage> {
  const wanted = page * pageSize
  const full = found.length > wanted
  const items = await linesOf(core, found.slice(wanted - pageSize, wanted))
  const total = Math.min(found.length, wanted + 1)
  return { items, total, more: full || isPart, searchedBackTo: full ? null : (end?.at ?? null) }
}

/** Those lines in that order; one that was purged meanwhile is left out. */
async function linesOf(core: Core, places: readonly { id: number }[]): Promise<ListedAuditLine[]> {
  if (places.length === 0) return []
  const ids = places.map(({ id }) => id)
  const rows = await core.db.query<LineRow>(
    `SELECT ${lineColumns} FROM audit_lines WHERE id IN (${ids.map(() => '?').join(', ')})`,
    ids,
  )
  const lines = new Map(rows.map((row) => [row.id, toLine(row)]))
  return ids.flatMap((id) => lines.get(id) ?? [])
}

/** The first line from an id on: ids have gaps. */
const lineAt = (core: Core, id: number) =>
  core.db.query<{ at: Date }>('SELECT at FROM audit_lines WHERE id >= ? ORDER BY id LIMIT 1', [id])
