import { type Column, type Columns, type Filter, type RangeValue, toBound, toValue } from './index.ts'

type Value = string | number | boolean | Date | null

/**
 * Whether a row that is in memory already is one that `where` would find: for what is followed as it comes. `read` gives
 * the value of a filter's field. Fields that are no column hold for every row.
 */
export const matches = (
  columns: Columns,
  filters: readonly Filter[],
  read: (field: string) => Value,
): boolean =>
  filters.every((filter) => {
    const column = Object.hasOwn(columns, filter.field) ? columns[filter.field] : undefined
    return !column || fits(column, filter, read(filter.field))
  })

function fits(column: Column, filter: Filter, value: Value): boolean {
  // A range without ends is no condition, as in SQL; every other condition fails for nothing.
  if (filter.match === 'range' && filter.min === undefined && filter.max === undefined) return true
  if (value === null) return false
  if (filter.match === 'exact') return same(column, value, filter.value)
  if (filter.match === 'fuzzy')
    return column.type === 'text' && String(value).toLowerCase().includes(filter.value.toLowerCase())
  if (filter.match === 'range') {
    for (const [end, sign] of [
      ['min', 1],
      ['max', -1],
    ] as const) {
      const bound = filter[end]
      if (bound === undefined) continue
      const wanted = toBound(column, bound, end)
      if (wanted === undefined) return false
      const side = compare(value, wanted as Value) * sign
      if (Number.isNaN(side) || side < 0 || (filter.exclusive && side === 0)) return false
    }
    return true
  }
  const values = filter.values.filter((wanted) => toValue(column, wanted) !== undefined)
  if (filter.match === 'all' && values.length > 1) return false
  return values.some((wanted) => same(column, value, wanted))
}

function same(column: Column, value: Value, wanted: RangeValue): boolean {
  const known = toValue(column, wanted)
  return known !== undefined && compare(value, known as Value) === 0
}

function compare(left: Value, right: Value): number {
  if (typeof left === 'string' && typeof right === 'string')
    return left === right ? 0 : Buffer.compare(Buffer.from(left), Buffer.from(right))
  return Number(left) - Number(right)
}
