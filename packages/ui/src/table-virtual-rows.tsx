'use client'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import { type RowsProps, TableRow } from './table-rows.tsx'

const rowHeightPx = 40

/** Rows in view and a few around them; two empty rows stand for what is above and below. */
export default function VirtualRows(props: RowsProps<unknown>) {
  const first = useRef<HTMLTableRowElement>(null)
  const [marginPx, setMarginPx] = useState(0)
  useLayoutEffect(() => {
    if (first.current) setMarginPx(first.current.getBoundingClientRect().top + window.scrollY)
  }, [])
  const rows = useWindowVirtualizer({
    count: props.rows.length,
    estimateSize: () => rowHeightPx,
    overscan: 12,
    scrollMargin: marginPx,
  })
  const items = rows.getVirtualItems()
  const beforePx = (items[0]?.start ?? marginPx) - marginPx
  const afterPx = rows.getTotalSize() - ((items.at(-1)?.end ?? marginPx) - marginPx)
  return (
    <>
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row takes no focus */}
      <tr ref={first} aria-hidden="true" style={{ height: beforePx }} />
      {items.map(({ index }) => (
        <TableRow key={props.rowKey(props.rows[index])} {...props} row={props.rows[index]} index={index} />
      ))}
      {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row takes no focus */}
      <tr aria-hidden="true" style={{ height: Math.max(0, afterPx) }} />
    </>
  )
}
