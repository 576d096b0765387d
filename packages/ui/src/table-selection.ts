import { useRef } from 'react'

export type Selection = { keys: ReadonlySet<string>; onChange: (keys: ReadonlySet<string>) => void }

/** Selection by key; with the range flag everything between the last toggled row and this one follows it. */
export function useRowSelection<Row>(
  rows: Row[],
  rowKey: (row: Row) => string,
  selection: Selection | undefined,
) {
  const last = useRef<number | null>(null)
  if (!selection) return undefined
  const { keys, onChange } = selection
  return {
    has: (key: string) => keys.has(key),
    toggle: (index: number, range: boolean) => {
      onChange(toggleRows(keys, rows.map(rowKey), index, range ? last.current : null))
      last.current = index
    },
    toggleAll: () => {
      const all = rows.map(rowKey)
      onChange(all.every((key) => keys.has(key)) ? new Set() : new Set(all))
    },
    clear: () => onChange(new Set()),
  }
}

/** The selection after row `index` is toggled; from `anchor` to `index` all rows get the state that `index` gets. */
export function toggleRows(
  keys: ReadonlySet<string>,
  order: string[],
  index: number,
  anchor: number | null,
): ReadonlySet<string> {
  const target = order[index]
  if (target === undefined) return keys
  const next = new Set(keys)
  const select = !keys.has(target)
  const from = Math.min(anchor ?? index, index)
  const to = Math.max(anchor ?? index, index)
  for (const key of order.slice(from, to + 1)) {
    if (select) next.add(key)
    else next.delete(key)
  }
  return next
}
