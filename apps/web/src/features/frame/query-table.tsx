'use client'
import { FilterField, Pagination, Table, type TableProps } from '@berth/ui'
import type { UseQueryResult } from '@tanstack/react-query'
import type { useListState } from '@/data/use-list-state.ts'
import { useTableState } from './table-state.tsx'

type Props<Row> = Omit<TableProps<Row>, 'rows' | 'state' | 'onSort'> & {
  query: UseQueryResult<{ data: Row[]; total: number | null; more: boolean }>
  /** Filter, order and page, as they stand in the URL. */
  list: ReturnType<typeof useListState>
  pageSize: number
  /** In the place of what the query gave: with rows that came since. */
  rows?: Row[]
  /** So many stand there until the first answer. */
  skeletonRows?: number
  /** What the filter field is called; without it there is none. */
  filter?: string
  filterKeys?: readonly string[]
  /** Names the pages where there are two tables. */
  pagesLabel?: string
}

/** The rows of a list query as a table, with its loading and failing, the filter above and the pages below. */
export function QueryTable<Row>(props: Props<Row>) {
  const { query, list, pageSize, rows, skeletonRows, filter, filterKeys, pagesLabel, toolbar, ...table } =
    props
  return (
    <>
      <Table
        {...table}
        rows={rows ?? query.data?.data ?? []}
        state={useTableState(query, skeletonRows)}
        onSort={(sort) => list.change({ sort })}
        toolbar={
          filter === undefined ? (
            toolbar
          ) : (
            <>
              <FilterField
                label={filter}
                value={list.q}
                keys={filterKeys}
                onChange={(q) => list.change({ q }, true)}
              />
              {toolbar}
            </>
          )
        }
      />
      <Pagination
        label={pagesLabel}
        page={list.page}
        pageSize={pageSize}
        total={query.data?.total ?? 0}
        more={query.data?.more}
        hrefFor={(page) => list.href({ page })}
        onGo={(page) => list.change({ page })}
      />
    </>
  )
}
