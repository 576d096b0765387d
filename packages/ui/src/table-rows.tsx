// biome-ignore-all lint/a11y/noRedundantRoles: a table laid out as a list on small screens would lose its roles
'use client'
import { cx } from './class-names.ts'
import { useUi } from './provider.tsx'
import { Skeleton } from './status.tsx'
import type { Column } from './table.tsx'

export type RowsProps<Row> = {
  rows: Row[]
  columns: Column<Row>[]
  rowKey: (row: Row) => string
  rowLabel: (row: Row) => string
  select?: { has: (key: string) => boolean; toggle: (index: number, range: boolean) => void }
  selectWord: string
}

export function PlainRows<Row>(props: RowsProps<Row>) {
  return props.rows.map((row, index) => (
    <TableRow key={props.rowKey(row)} {...props} row={row} index={index} />
  ))
}

/** One row: a line of cells 40 px high, or a small card where the window is narrow. */
export function TableRow<Row>({
  row,
  index,
  columns,
  rowKey,
  rowLabel,
  select,
  selectWord,
}: RowsProps<Row> & { row: Row; index: number }) {
  const selected = select?.has(rowKey(row)) ?? false
  return (
    <tr
      role="row"
      tabIndex={-1}
      data-row={index}
      aria-selected={select ? selected : undefined}
      className={cx(
        'group focus:outline-none focus-visible:relative focus-visible:bg-hover focus-visible:[box-shadow:inset_2px_0_0_var(--accent)]',
        'max-sm:relative max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:gap-x-3 max-sm:border-t max-sm:border-line max-sm:p-3 max-sm:first:border-t-0',
        select && 'max-sm:pl-10',
        selected ? 'bg-accent-soft' : 'hover:bg-hover',
      )}
    >
      {select && (
        <td role="cell" className={cx(cellClass, 'pr-0 max-sm:absolute max-sm:top-3.5 max-sm:left-3')}>
          <input
            type="checkbox"
            className="size-4 align-middle accent-accent"
            aria-label={`${selectWord} ${rowLabel(row)}`}
            checked={selected}
            onChange={() => {}}
            onClick={(event) => select.toggle(index, event.shiftKey)}
          />
        </td>
      )}
      {columns.map((column) => (
        <td
          key={column.id}
          role="cell"
          className={cx(
            cellClass,
            column.align && 'text-right max-sm:text-left',
            named(column) && 'max-sm:flex max-sm:min-w-0 max-sm:items-baseline',
            column.ownLine && 'max-sm:basis-full',
            column.actions && 'max-sm:absolute max-sm:top-2 max-sm:right-2',
            column.primary ? 'font-medium max-sm:basis-full max-sm:text-14' : 'text-ink-2 max-sm:text-12',
            // In a card the menu stands in the corner beside the name.
            column.primary && columns.some(({ actions }) => actions) && 'max-sm:pr-9',
          )}
        >
          {named(column) && (
            <span aria-hidden="true" className="mr-1 shrink-0 text-ink-3 sm:hidden">
              {column.header}
            </span>
          )}
          <span data-row-name={column.primary || undefined}>{column.cell(row)}</span>
        </td>
      ))}
    </tr>
  )
}

// In a card, the value stands beside the column's name.
const named = <Row,>({ primary, bare, actions }: Column<Row>) => !primary && !bare && !actions

const cellClass =
  'h-10 border-t border-line px-3 py-1 align-middle group-first:border-t-0 max-sm:h-auto max-sm:border-0 max-sm:p-0 max-sm:py-0.5'

type SkeletonProps<Row> = { count: number; columns: Column<Row>[]; select: boolean }

export function SkeletonRows<Row>({ count, columns, select }: SkeletonProps<Row>) {
  const { words } = useUi()
  return Array.from({ length: count }, (_, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: grey bars have no identity
    <tr role="row" key={index} className="group max-sm:block max-sm:border-t max-sm:border-line max-sm:p-3">
      {select && <td className={cx(cellClass, 'max-sm:hidden')} />}
      {columns.map((column, at) => (
        <td role="cell" key={column.id} className={cx(cellClass, 'max-sm:block')}>
          {index === 0 && at === 0 && <span className="sr-only">{words.loading}</span>}
          <Skeleton className={cx(column.primary ? 'w-40' : 'w-16', column.align && 'sm:ml-auto')} />
        </td>
      ))}
    </tr>
  ))
}
