// biome-ignore-all lint/a11y/noRedundantRoles: a table laid out as a list on small screens would lose its roles
'use client'
import type { ReactNode } from 'react'
import { lazy, Suspense, useRef } from 'react'
import { Button } from './button.tsx'
import { cx } from './class-names.ts'
import { Icon } from './icons.tsx'
import { useUi } from './provider.tsx'
import { Banner } from './status.tsx'
import { ColumnChoice, useShownColumns } from './table-columns.tsx'
import { useTableKeys } from './table-keys.ts'
import { PlainRows, type RowsProps, SkeletonRows } from './table-rows.tsx'
import { type Selection, useRowSelection } from './table-selection.ts'

/** Above this many rows only those in view are in the document. */
const virtualFrom = 100

export type Column<Row> = {
  id: string
  header: string
  cell: (row: Row) => ReactNode
  /** The sort key of the API; the header then sorts, first ascending, then descending. */
  sortKey?: string
  /** Numbers and sizes stand at the end, so that their digits line up. */
  align?: 'end'
  /** The row's name: its link is what Enter opens; it leads the list item on small screens. */
  primary?: boolean
  /** Buttons of the row: the header is read but not seen, and the column cannot be hidden. */
  actions?: boolean
  /** Says what it is by itself: no column name before it on small screens. */
  bare?: boolean
  /** Has a line to itself on small screens. */
  ownLine?: boolean
  /** Hidden until chosen in the column menu. */
  defaultHidden?: boolean
  /** A CSS width; without one the content decides. */
  width?: string
}

export type TableState =
  | { kind: 'ready' }
  | { kind: 'loading'; rows?: number }
  /** `keepsRows`: those that were seen before stay below it. */
  | { kind: 'error'; title: string; detail?: ReactNode; retry?: () => void; keepsRows?: boolean }

export type TableProps<Row> = {
  /** Names the remembered column choice. */
  id: string
  /** The table's accessible name. */
  label: string
  columns: Column<Row>[]
  rows: Row[]
  rowKey: (row: Row) => string
  rowLabel: (row: Row) => string
  state?: TableState
  /** As in the API: `name` ascending, `-name` descending. */
  sort?: string
  onSort?: (sort: string) => void
  selection?: Selection
  /** What can be done with the selected rows; shown in the bar at the bottom. */
  bulkActions?: (rows: Row[]) => ReactNode
  empty: ReactNode
  /** Filter field and buttons, on one line with the column menu. */
  toolbar?: ReactNode
  /** For small tables inside a page: all columns always, no column menu. */
  fixedColumns?: boolean
}

const VirtualRows = lazy(() => import('./table-virtual-rows.tsx'))

export function Table<Row>(props: TableProps<Row>) {
  const { columns, rows, rowKey, rowLabel, state = { kind: 'ready' }, sort, onSort, label } = props
  const { words, locale } = useUi()
  const shown = useShownColumns(props.id, columns)
  const visible = props.fixedColumns ? columns : shown.columns
  const select = useRowSelection(rows, rowKey, props.selection)
  const box = useRef<HTMLDivElement>(null)
  useTableKeys(box, select?.toggle)

  const ready = state.kind === 'ready'
  const shows = rows.length > 0 && (ready || (state.kind === 'error' && state.keepsRows))
  const body: RowsProps<Row> = {
    rows,
    columns: visible,
    rowKey,
    rowLabel,
    select,
    selectWord: words.selectRow,
  }
  const chosenRows = select ? rows.filter((row) => select.has(rowKey(row))) : []

  return (
    <div ref={box} className="min-w-0">
      {(props.toolbar || !props.fixedColumns) && (
        <div className="flex flex-wrap items-center gap-2 pb-3">
          <div className="flex min-w-0 flex-1 flex-wrap items-center gap-2">{props.toolbar}</div>
          {!props.fixedColumns && <ColumnChoice columns={columns} shown={shown} />}
        </div>
      )}
      <table
        role="table"
        aria-label={label}
        aria-busy={state.kind === 'loading' || undefined}
        className="w-full border-separate border-spacing-0 rounded-md border border-line bg-surface text-13 max-sm:block"
      >
        <thead role="rowgroup" className="max-sm:sr-only">
          <tr role="row">
            {select && (
              <th role="columnheader" scope="col" className={cx(headClass, 'w-9 pr-0 pl-3')}>
                <input
                  type="checkbox"
                  className="size-4 align-middle accent-accent"
                  aria-label={words.selectAll}
                  disabled={rows.length === 0}
                  checked={rows.length > 0 && chosenRows.length === rows.length}
                  ref={(input) => {
                    if (input) input.indeterminate = chosenRows.length > 0 && chosenRows.length < rows.length
                  }}
                  onChange={() => select.toggleAll()}
                />
              </th>
            )}
            {visible.map((column) => (
              <HeadCell key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="max-sm:block">
          {state.kind === 'loading' && (
            <SkeletonRows count={state.rows ?? 8} columns={visible} select={!!select} />
          )}
          {(state.kind === 'error' || (ready && rows.length === 0)) && (
            <tr role="row" className="max-sm:block">
              <td role="cell" colSpan={visible.length + (select ? 1 : 0)} className="max-sm:block">
                {state.kind === 'error' ? (
                  <div className="p-3">
                    <Banner
                      role="alert"
                      tone="bad"
                      title={state.title}
                      action={
                        state.retry && (
                          <Button size="sm" onClick={state.retry}>
                            {words.retry}
                          </Button>
                        )
                      }
                    >
                      {state.detail}
                    </Banner>
                  </div>
                ) : (
                  props.empty
                )}
              </td>
            </tr>
          )}
          {shows && rows.length <= virtualFrom && <PlainRows {...body} />}
          {shows && rows.length > virtualFrom && (
            <Suspense fallback={<SkeletonRows count={20} columns={visible} select={!!select} />}>
              <VirtualRows {...(body as RowsProps<unknown>)} />
            </Suspense>
          )}
        </tbody>
      </table>
      {select && chosenRows.length > 0 && (
        <section
          aria-label={words.selected(chosenRows.length)}
          className="sticky bottom-4 z-20 mx-auto mt-3 flex w-fit max-w-full flex-wrap items-center gap-3 rounded-md border border-line-strong bg-raised py-2 pr-2 pl-4 shadow-2"
        >
          <span className="text-13 font-medium tabular-nums" lang={locale}>
            {words.selected(chosenRows.length)}
          </span>
          {props.bulkActions?.(chosenRows)}
          <Button size="sm" variant="quiet" onClick={select.clear}>
            {words.clearSelection}
          </Button>
        </section>
      )}
    </div>
  )
}

const headClass =
  'sticky top-12 z-10 h-9 border-b border-line bg-canvas px-3 text-left text-12 font-medium whitespace-nowrap text-ink-2 first:rounded-tl-md last:rounded-tr-md'

type HeadProps<Row> = { column: Column<Row>; sort?: string; onSort?: (sort: string) => void }

function HeadCell<Row>({ column, sort, onSort }: HeadProps<Row>) {
  const { words } = useUi()
  const { sortKey, header, align, width } = column
  const direction =
    sortKey && sort === sortKey ? 'ascending' : sortKey && sort === `-${sortKey}` ? 'descending' : undefined
  return (
    <th
      role="columnheader"
      scope="col"
      aria-sort={direction}
      style={width ? { width } : undefined}
      className={cx(headClass, align && 'text-right')}
    >
      {sortKey && onSort ? (
        <button
          type="button"
          data-tip={words.sortedBy(header)}
          onClick={() => onSort(direction === 'ascending' ? `-${sortKey}` : sortKey)}
          className={cx(
            '-mx-1 inline-flex h-7 items-center gap-1 rounded-md px-1 hover:text-ink',
            direction && 'text-ink',
          )}
        >
          {header}
          <Icon
            name={direction === 'ascending' ? 'arrowUp' : direction === 'descending' ? 'arrowDown' : 'sort'}
            size={12}
            className={direction ? undefined : 'text-ink-3'}
          />
        </button>
      ) : column.actions ? (
        <span className="sr-only">{header}</span>
      ) : (
        header
      )}
    </th>
  )
}
