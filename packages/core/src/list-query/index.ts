import type { Db, SqlValue } from '@berth/db'

export { type Operator, readField } from './fields.ts'
export { matches } from './matching.ts'

/** One condition of Harbor's `q`: field and how it must match. Values are text, whole numbers or times. */
export type Filter =
  | { field: string; match: 'exact'; value: string }
  | { field: string; match: 'fuzzy'; value: string }
  | { field: string; match: 'range'; min?: RangeValue; max?: RangeValue; exclusive?: true }
  | { field: string; match: 'any'; values: RangeValue[] }
  | { field: string; match: 'all'; values: RangeValue[] }
export type RangeValue = string | number | Date

export interface ListQuery {
  filters: Filter[]
  /** In order of weight; unknown fields are ignored. */
  sort: { field: string; descending: boolean }[]
  /** From 1. */
  page: number
  /** 0: everything, as Harbor has it. */
  pageSize: number
}

export interface Page<T> {
  items: T[]
  /** All that match, over all pages. */
  total: number
}

export const everything: ListQuery = { filters: [], sort: [], page: 1, pageSize: 0 }

/** A column that clients may filter and sort by. What is not listed cannot be reached by any parameter. */
export interface Column {
  sql: string
  type: 'text' | 'integer' | 'time' | 'boolean'
  sortable?: boolean
  /** It never holds upper case: a search needs no comparison that ignores case, which costs several times as much. */
  lowerCase?: true
}
export type Columns = Record<string, Column>

export interface Condition {
  sql: string
  params: SqlValue[]
}

const EARLIEST_MS = Date.UTC(1000, 0, 1)
const LATEST_MS = Date.UTC(9999, 11, 31)

// Without the cast Postgres takes the parameter for the column's type, and a larger number is an error instead of
// simply being found nowhere.
const placeholder = (column: Column, provider: Db['provider']) =>
  column.type === 'integer' && provider === 'postgresql' ? '?::bigint' : '?'

const escapeLike = (text: string) => text.replace(/[\\%_]/g, (char) => `\\${char}`)

export function toValue(column: Column, value: RangeValue): SqlValue | undefined {
  if (column.type === 'integer') {
    const number = typeof value === 'number' ? value : Number(value)
    return Number.isSafeInteger(number) ? number : undefined
  }
  if (column.type === 'boolean')
    return /^(true|1)$/i.test(String(value)) ? true : /^(false|0)$/i.test(String(value)) ? false : undefined
  if (column.type === 'time') {
    const time =
      value instanceof Date
        ? value
        : new Date(typeof value === 'string' ? `${value}Z`.replace(/ZZ$/, 'Z') : value)
    // Years that neither database can hold would be an error there; an invalid time fails both comparisons.
    return time.getTime() >= EARLIEST_MS && time.getTime() <= LATEST_MS ? time : undefined
  }
  return String(value)
}

/**
 * The end of a range. A beginning before all times that there can be, or an end after them, is the first or the last of
 * them: from the year 1 on means everything, not nothing.
 */
export function toBound(column: Column, bound: RangeValue, end: 'min' | 'max'): SqlValue | undefined {
  if (column.type === 'time' && bound instanceof Date) {
    if (end === 'min' && bound.getTime() < EARLIEST_MS) return new Date(EARLIEST_MS)
    if (end === 'max' && bound.getTime() > LATEST_MS) return new Date(LATEST_MS)
  }
  return toValue(column, bound)
}

const nothing: Condition = { sql: '1 = 0', params: [] }

function condition(column: Column, filter: Filter, provider: Db['provider']): Condition {
  if (filter.match === 'exact') {
    const value = toValue(column, filter.value)
    return value === undefined
      ? nothing
      : { sql: `${column.sql} = ${placeholder(column, provider)}`, params: [value] }
  }
  if (filter.match === 'fuzzy') {
    if (column.type !== 'text') return nothing
    if (column.lowerCase)
      return { sql: `${column.sql} LIKE ?`, params: [`%${escapeLike(filter.value.toLowerCase())}%`] }
    // Columns compare by bytes on both databases; a search by part of a name ignores case on both.
    const like = provider === 'mysql' ? `LOWER(${column.sql}) LIKE LOWER(?)` : `${column.sql} ILIKE ?`
    return { sql: like, params: [`%${escapeLike(filter.value)}%`] }
  }
  if (filter.match === 'range') {
    const parts: Condition[] = []
    const orEqual = filter.exclusive ? '' : '='
    for (const [end, operator] of [
      ['min', `>${orEqual}`],
      ['max', `<${orEqual}`],
    ] as const) {
      const bound = filter[end]
      if (bound === undefined) continue
      const value = toBound(column, bound, end)
      if (value === undefined) return nothing
      parts.push({ sql: `${column.sql} ${operator} ${placeholder(column, provider)}`, params: [value] })
    }
    return and(parts)
  }
  const values = filter.values.map((value) => toValue(column, value)).filter((value) => value !== undefined)
  if (values.length === 0) return nothing
  if (filter.match === 'all' && values.length > 1) return nothing // one column holds one value
  return {
    sql: `${column.sql} IN (${values.map(() => placeholder(column, provider)).join(', ')})`,
    params: values,
  }
}

/** Conditions joined by AND; none is always true. */
export function and(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return { sql: '1 = 1', params: [] }
  return {
    sql: conditions.map((part) => `(${part.sql})`).join(' AND '),
    params: conditions.flatMap((part) => part.params),
  }
}

/** The WHERE part of a list. Unknown fields are ignored, as Harbor does; values only ever travel as parameters. */
export function where(columns: Columns, filters: readonly Filter[], provider: Db['provider']): Condition {
  return and(
    filters.flatMap((filter) => {
      const column = Object.hasOwn(columns, filter.field) ? columns[filter.field] : undefined
      return column ? [condition(column, filter, provider)] : []
    }),
  )
}

/** ORDER BY with `last` (a unique column) behind it, so that pages never overlap. */
export function orderBy(columns: Columns, sort: ListQuery['sort'], fallback: string, last: string): string {
  const parts = sort.flatMap(({ field, descending }) => {
    const column = Object.hasOwn(columns, field) ? columns[field] : undefined
    return column && column.sortable !== false ? [`${column.sql} ${descending ? 'DESC' : 'ASC'}`] : []
  })
  const first = parts.length > 0 ? parts.join(', ') : fallback
  const direction = first.endsWith('DESC') ? 'DESC' : 'ASC'
  return ` ORDER BY ${first}, ${last} ${direction}`
}

/** LIMIT and OFFSET; nothing for pageSize 0. */
export function limit({ page, pageSize }: ListQuery): Condition {
  if (pageSize === 0) return { sql: '', params: [] }
  return { sql: ' LIMIT ? OFFSET ?', params: [pageSize, (page - 1) * pageSize] }
}

/** The parts of a list's SQL. `columns` are selected, `from` holds tables and joins. */
export interface PageParts {
  columns: string
  columnParams?: SqlValue[]
  from: string
  fromParams?: SqlValue[]
  /** Tables for counting, when joins of `from` add columns but no conditions. */
  countFrom?: string
  countFromParams?: SqlValue[]
  condition: Condition
  order: string
}

/** Rows of one page and the number of all, in one statement; a second one only for a page behind the end. */
export async function readPage<R extends Record<string, unknown>>(
  db: Db,
  parts: PageParts,
  query: Pick<ListQuery, 'page' | 'pageSize'>,
): Promise<{ rows: R[]; total: number }> {
  const { columns, from, condition, order } = parts
  const columnParams = parts.columnParams ?? []
  const fromParams = parts.fromParams ?? []
  const range = limit({ filters: [], sort: [], ...query })
  if (range.sql === '') {
    const rows = await db.query<R>(`SELECT ${columns} FROM ${from} WHERE ${condition.sql}${order}`, [
      ...columnParams,
      ...fromParams,
      ...condition.params,
    ])
    return { rows, total: rows.length }
  }
  const count = `SELECT count(*) AS total_count FROM ${parts.countFrom ?? from} WHERE ${condition.sql}`
  const countParams = [
    ...(parts.countFrom === undefined ? fromParams : (parts.countFromParams ?? [])),
    ...condition.params,
  ]
  const rows = await db.query<R & { total_count: number }>(
    `SELECT ${columns}, (${count}) AS total_count FROM ${from} WHERE ${condition.sql}${order}${range.sql}`,
    [...columnParams, ...countParams, ...fromParams, ...condition.params, ...range.params],
  )
  if (rows.length > 0) return { rows, total: rows[0]!.total_count }
  if (query.page <= 1) return { rows, total: 0 }
  const [counted] = await db.query<{ total_count: number }>(count, countParams)
  return { rows, total: counted?.total_count ?? 0 }
}
