'use client'
import { Icon } from './icons.tsx'
import { Menu } from './menu.tsx'
import { useUi } from './provider.tsx'
import type { Column } from './table.tsx'

type Shown<Row> = { columns: Column<Row>[]; has: (id: string) => boolean; toggle: (id: string) => void }

/** Which columns are shown: what the person chose before, else all that are not hidden by default. */
export function useShownColumns<Row>(tableId: string, columns: Column<Row>[]): Shown<Row> {
  const { preference, setPreference } = useUi()
  const key = `columns-${tableId}`
  const kept = preference(key)?.split('.')
  const has = (id: string) => {
    const column = columns.find((one) => one.id === id)
    return !!column?.primary || !!column?.actions || (kept ? kept.includes(id) : !column?.defaultHidden)
  }
  return {
    columns: columns.filter(({ id }) => has(id)),
    has,
    toggle: (id) =>
      setPreference(
        key,
        columns
          .filter((column) => (column.id === id ? !has(id) : has(column.id)))
          .map((column) => column.id)
          .join('.'),
      ),
  }
}

export function ColumnChoice<Row>({ columns, shown }: { columns: Column<Row>[]; shown: Shown<Row> }) {
  const { words } = useUi()
  const optional = columns.filter(({ primary, actions }) => !primary && !actions)
  if (optional.length < 2) return null
  return (
    <span className="max-sm:hidden">
      <Menu
        label={words.columns}
        tip
        trigger={<Icon name="columns" />}
        items={optional.map(({ id, header }) => ({
          kind: 'choice',
          label: header,
          checked: shown.has(id),
          keepOpen: true,
          onSelect: () => shown.toggle(id),
        }))}
      />
    </span>
  )
}
