'use client'
import { Count, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'

export type Use = { name: string; href?: string; pulls: number; pushes: number }

/** What is used most, with a bar for how much. */
export function MostUsed({ uses, empty }: { uses: readonly Use[]; empty: string }) {
  const t = useTranslations('statistics')
  const { Link } = useUi()
  if (uses.length === 0) return <p className="text-13 text-ink-2">{empty}</p>
  const most = Math.max(...uses.map(({ pulls }) => pulls), 1)
  return (
    <table className="w-full text-13">
      <thead className="text-left text-12 text-ink-2">
        <tr>
          <th scope="col" className="pb-1 font-medium">
            {t('columns.name')}
          </th>
          <th scope="col" className="pb-1 pl-4 text-right font-medium whitespace-nowrap">
            {t('columns.pulls')}
          </th>
          <th scope="col" className="pb-1 pl-4 text-right font-medium whitespace-nowrap">
            {t('columns.pushes')}
          </th>
        </tr>
      </thead>
      <tbody>
        {uses.map(({ name, href, pulls, pushes }) => (
          <tr key={name}>
            <th scope="row" className="w-full py-1 text-left font-normal">
              {href === undefined ? (
                <span className="font-mono break-all">{name}</span>
              ) : (
                <Link
                  href={href}
                  prefetch={false}
                  className="rounded-md font-mono break-all text-ink hover:text-accent hover:underline"
                >
                  {name}
                </Link>
              )}
              <span aria-hidden="true" className="mt-1 block h-1 rounded-full bg-sunken">
                <span
                  className="block h-1 rounded-full bg-[var(--chart-1)]"
                  style={{ width: `${(pulls / most) * 100}%` }}
                />
              </span>
            </th>
            <td className="py-1 pl-4 text-right align-top">
              <Count value={pulls} />
            </td>
            <td className="py-1 pl-4 text-right align-top">
              <Count value={pushes} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
