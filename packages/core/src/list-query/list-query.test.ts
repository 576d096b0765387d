import { describe, expect, it } from 'vitest'
import { type Columns, type Filter, limit, orderBy, where } from './index.ts'

const columns: Columns = {
  name: { sql: 'p.name', type: 'text' },
  size: { sql: 'p.size', type: 'integer' },
  time: { sql: 'p.created_at', type: 'time' },
  public: { sql: 'p.public', type: 'boolean' },
  hidden_order: { sql: 'p.x', type: 'text', sortable: false },
}
const sql = (filter: Filter, provider: 'postgresql' | 'mysql' = 'postgresql') =>
  where(columns, [filter], provider)

describe('where', () => {
  it('lets values travel only as parameters', () => {
    const hostile = "x' OR 1=1; --"
    const all: Filter[] = [
      { field: 'name', match: 'exact', value: hostile },
      { field: 'name', match: 'fuzzy', value: hostile },
      { field: 'name', match: 'range', min: hostile, max: hostile },
      { field: 'name', match: 'any', values: [hostile] },
      { field: 'name', match: 'all', values: [hostile] },
    ]
    for (const filter of all) {
      const condition = sql(filter)
      expect(condition.sql).not.toContain('OR 1=1')
      expect(condition.params.length).toBeGreaterThan(0)
    }
  })

  it.each(['password_hash', '__proto__', 'constructor', 'toString', "name' --", 'p.name', ''])(
    'ignores the field %s',
    (field) => {
      expect(sql({ field, match: 'exact', value: 'x' })).toEqual({ sql: '1 = 1', params: [] })
      expect(orderBy(columns, [{ field, descending: true }], 'p.name ASC', 'p.id')).toBe(
        ' ORDER BY p.name ASC, p.id ASC',
      )
    },
  )

  it('takes wildcards in a search literally', () => {
    expect(sql({ field: 'name', match: 'fuzzy', value: '50%_\\' }).params).toEqual(['%50\\%\\_\\\\%'])
  })

  it('finds nothing for values a column cannot hold, instead of failing in the database', () => {
    const hopeless: Filter[] = [
      { field: 'size', match: 'exact', value: 'ten' },
      { field: 'size', match: 'exact', value: '1e400' },
      { field: 'time', match: 'exact', value: 'yesterday' },
      { field: 'time', match: 'range', min: new Date(8.64e15) },
      { field: 'time', match: 'range', min: -8.64e15 },
      { field: 'public', match: 'exact', value: 'maybe' },
      { field: 'size', match: 'fuzzy', value: '1' },
      { field: 'name', match: 'all', values: ['a', 'b'] },
    ]
    for (const filter of hopeless) expect(sql(filter).sql).toBe('(1 = 0)')
  })

  it('leaves the ends of a range out when asked', () => {
    const range = { field: 'size', match: 'range', min: 1, max: 5 } as const
    expect(sql(range, 'mysql')).toEqual({ sql: '((p.size >= ?) AND (p.size <= ?))', params: [1, 5] })
    expect(sql({ ...range, exclusive: true }, 'mysql').sql).toBe('((p.size > ?) AND (p.size < ?))')
  })

  it('a range that ends beyond all times holds everything on that side', () => {
    const time: Columns = { at: { sql: 'at', type: 'time' } }
    const years = (min: string, max: string) =>
      where(time, [{ field: 'at', match: 'range', min: new Date(min), max: new Date(max) }], 'mysql')
    const [from, to] = years('0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z').params as Date[]
    expect([from!.getUTCFullYear(), to!.getUTCFullYear()]).toEqual([1000, 9999])
    expect(years('no time', '2026-01-01T00:00:00Z').sql).toBe('(1 = 0)')
  })

  it('compares whole numbers wider than the column without an error on Postgres', () => {
    expect(sql({ field: 'size', match: 'exact', value: '99999999999' })).toEqual({
      sql: '(p.size = ?::bigint)',
      params: [99999999999],
    })
    expect(sql({ field: 'size', match: 'exact', value: '99999999999' }, 'mysql').sql).toBe('(p.size = ?)')
  })
})

describe('orderBy and limit', () => {
  it('puts a unique column last, so that pages never overlap', () => {
    expect(orderBy(columns, [{ field: 'time', descending: true }], 'p.name ASC', 'p.id')).toBe(
      ' ORDER BY p.created_at DESC, p.id DESC',
    )
    expect(orderBy(columns, [{ field: 'hidden_order', descending: false }], 'p.name ASC', 'p.id')).toBe(
      ' ORDER BY p.name ASC, p.id ASC',
    )
  })
  it('gives everything for page size 0', () => {
    expect(limit({ filters: [], sort: [], page: 3, pageSize: 0 })).toEqual({ sql: '', params: [] })
    expect(limit({ filters: [], sort: [], page: 3, pageSize: 10 }).params).toEqual([10, 20])
  })
})
