'use client'
import type { Schemas } from '@berth/contract'
import { useTranslations } from 'next-intl'
import { Chart } from '@/features/charts/chart.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { bytesOf, pullsOf, pushesOf } from './statistics-input.ts'

type Props = {
  activity: Schemas['Activity'] | undefined
  /** Days with bytes in use, where they are known. */
  storage?: readonly { day: string; storage_bytes?: number }[]
  error: unknown
}

/** Pulls and pushes per day, and how the space in use grew. */
export function UsageCharts({ activity, storage, error }: Props) {
  const t = useTranslations('statistics')
  if (error) return <ProblemBanner error={error} />
  if (!activity) return <div aria-busy="true" className="h-[252px]" />
  const bytes = bytesOf(storage ?? [])
  return (
    <div className="grid gap-4 sm:grid-cols-[repeat(auto-fit,minmax(300px,1fr))]">
      <Chart
        title={t('pulls')}
        unit="count"
        kind="bars"
        color="var(--chart-1)"
        days={pullsOf(activity.items)}
        figure={activity.pulls}
        empty={t('noPulls')}
      />
      <Chart
        title={t('pushes')}
        unit="count"
        kind="bars"
        color="var(--chart-3)"
        days={pushesOf(activity.items)}
        figure={activity.pushes}
        empty={t('noPushes')}
      />
      {bytes.length > 0 && (
        <Chart
          title={t('storage')}
          unit="bytes"
          kind="area"
          color="var(--chart-5)"
          days={bytes}
          figure={bytes.at(-1)?.value ?? 0}
          empty={t('noStorage')}
        />
      )}
    </div>
  )
}
