'use client'
import { formatBytes, formatCount, useUi } from '@berth/ui'
import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { byteTicks, countTicks } from './axis.ts'
import type { DayValue } from './day-chart.tsx'

// The library that draws is no part of a page's first load; its place is kept.
const DayChart = dynamic(() => import('./day-chart.tsx'), {
  ssr: false,
  loading: () => <div className="h-[148px]" />,
})

type Props = {
  title: string
  days: readonly DayValue[]
  unit: 'count' | 'bytes'
  kind: 'bars' | 'area'
  color: string
  /** What stands beside the title: the sum, or the newest value. */
  figure: number
  /** Said in the place of a chart without any value. */
  empty: string
}

/** A chart of days with its title, the one figure that matters, and the same as a table. */
export function Chart({ title, days, unit, kind, color, figure, empty }: Props) {
  const t = useTranslations('charts')
  const { locale } = useUi()
  const format = (value: number) =>
    unit === 'bytes' ? formatBytes(value, locale) : formatCount(value, locale)
  const dayFormat = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' })
  const formatDay = (day: string) => dayFormat.format(Date.parse(day))
  const max = Math.max(...days.map(({ value }) => value), 0)
  return (
    <figure className="flex min-w-0 flex-col gap-2 rounded-md border border-line bg-surface p-4">
      <figcaption className="flex items-baseline justify-between gap-3">
        <span className="text-13 font-medium">{title}</span>
        <span className="text-16 font-semibold tabular-nums">{format(figure)}</span>
      </figcaption>
      {max === 0 ? (
        <p className="flex h-[148px] items-center justify-center px-4 text-center text-13 text-ink-2">
          {empty}
        </p>
      ) : (
        <>
          <DayChart
            days={days}
            kind={kind}
            color={color}
            ticks={unit === 'bytes' ? byteTicks(max) : countTicks(max)}
            format={format}
            formatDay={formatDay}
          />
          <details className="text-13">
            <summary className="w-fit rounded-md text-12 text-accent">{t('asTable')}</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
            <section tabIndex={0} aria-label={title} className="mt-2 max-h-60 overflow-y-auto">
              <table className="w-full">
                <caption className="sr-only">{title}</caption>
                <thead className="text-left text-12 text-ink-2">
                  <tr>
                    <th scope="col" className="py-1 font-medium">
                      {t('day')}
                    </th>
                    <th scope="col" className="py-1 text-right font-medium">
                      {title}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {days.map(({ day, value }) => (
                    <tr key={day} className="border-t border-line">
                      <th scope="row" className="py-1 text-left font-normal">
                        {formatDay(day)}
                      </th>
                      <td className="py-1 text-right tabular-nums">{format(value)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          </details>
        </>
      )}
    </figure>
  )
}
