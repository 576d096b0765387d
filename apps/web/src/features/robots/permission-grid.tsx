'use client'
import { cx } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { deed, type Grantable, type Grid, gridsOf, withDeed } from './permission-catalog.ts'
import { useDeedWords } from './use-deed-words.ts'

type Props = {
  grantable: readonly Grantable[]
  value: ReadonlySet<string>
  onChange: (value: Set<string>) => void
}

/** Resources by actions. What robots are seldom made for is folded away, and says how much of it is ticked. */
export function PermissionGrid({ grantable, value, onChange }: Props) {
  const t = useTranslations('robots.grid')
  const { contents, others } = gridsOf(grantable)
  const ticked = others.rows.reduce(
    (sum, { resource, actions }) => sum + [...actions].filter((one) => value.has(deed(resource, one))).length,
    0,
  )
  if (contents.rows.length === 0)
    return <GridTable label={t('others')} grid={others} value={value} onChange={onChange} />
  return (
    <div className="flex flex-col gap-2">
      <GridTable label={t('contents')} grid={contents} value={value} onChange={onChange} />
      {others.rows.length > 0 && (
        <details>
          <summary className="w-fit rounded-md text-13 text-accent">{t('more', { count: ticked })}</summary>
          <div className="mt-2">
            <GridTable label={t('others')} grid={others} value={value} onChange={onChange} />
          </div>
        </details>
      )}
    </div>
  )
}

type TableProps = Omit<Props, 'grantable'> & { label: string; grid: Grid }

function GridTable({ label, grid: { rows, actions }, value, onChange }: TableProps) {
  const t = useTranslations('robots.grid')
  const words = useDeedWords()
  const toggleRow = (resource: string, all: Iterable<string>, on: boolean) => {
    let next: ReadonlySet<string> = value
    for (const action of all) next = withDeed(next, deed(resource, action), on)
    onChange(new Set(next))
  }
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: a table laid out as a list on small screens would lose its roles
    <table
      role="table"
      aria-label={label}
      className="w-full border-separate border-spacing-0 rounded-md border border-line text-13 max-lg:block"
    >
      <thead role="rowgroup" className="max-lg:sr-only">
        <tr role="row">
          <th role="columnheader" scope="col" className={cx(headClass, 'text-left')}>
            {t('resource')}
          </th>
          {actions.map((action) => (
            <th key={action} role="columnheader" scope="col" className={headClass}>
              {words.action(action)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" className="max-lg:block">
        {rows.map(({ resource, actions: held }) => {
          const count = [...held].filter((action) => value.has(deed(resource, action))).length
          const name = words.resource(resource)
          return (
            <tr
              key={resource}
              role="row"
              className="group hover:bg-hover max-lg:flex max-lg:flex-wrap max-lg:gap-x-4 max-lg:gap-y-1 max-lg:border-t max-lg:border-line max-lg:px-3 max-lg:py-2 max-lg:first:border-t-0"
            >
              <th
                role="rowheader"
                scope="row"
                className={cx(cellClass, 'text-left font-medium max-lg:basis-full')}
              >
                <label className="flex min-h-6 w-fit items-center gap-2">
                  <input
                    type="checkbox"
                    className="size-4 accent-accent"
                    aria-label={t('all', { resource: name })}
                    checked={count === held.size}
                    ref={(input) => {
                      if (input) input.indeterminate = count > 0 && count < held.size
                    }}
                    onChange={() => toggleRow(resource, held, count < held.size)}
                  />
                  {name}
                </label>
              </th>
              {actions.map((action) => (
                <td
                  key={action}
                  role="cell"
                  className={cx(cellClass, 'text-center', !held.has(action) && 'max-lg:hidden')}
                >
                  {held.has(action) && (
                    <label className="inline-flex min-h-6 min-w-6 items-center justify-center gap-1.5">
                      <input
                        type="checkbox"
                        className="size-4 accent-accent"
                        aria-label={t('cell', { resource: name, action: words.action(action) })}
                        checked={value.has(deed(resource, action))}
                        onChange={(event) =>
                          onChange(withDeed(value, deed(resource, action), event.target.checked))
                        }
                      />
                      <span aria-hidden="true" className="text-12 text-ink-2 lg:hidden">
                        {words.action(action)}
                      </span>
                    </label>
                  )}
                </td>
              ))}
            </tr>
          )
        })}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: as above
  )
}

const headClass =
  'h-8 border-b border-line bg-canvas px-2 text-center text-12 font-medium whitespace-nowrap text-ink-2 first:rounded-tl-md last:rounded-tr-md first:pl-3'
const cellClass =
  'h-9 border-t border-line px-2 first:pl-3 group-first:border-t-0 max-lg:h-auto max-lg:border-0 max-lg:p-0 max-lg:first:pl-0'
