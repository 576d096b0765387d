'use client'
import { useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { MostUsed } from './most-used.tsx'
import { pathOfRepository } from './repository-link.ts'
import { readDayCount, sinceInput, topInput } from './statistics-input.ts'
import { UsageCharts } from './usage-charts.tsx'

const POLL_MS = 60_000

/** How everything that the viewer may see is used. */
export function HomeCharts() {
  const { nowMs } = useUi()
  const input = sinceInput(readDayCount(useSearchParams()), nowMs)
  const activity = useApiQuery('getActivity', input, { keepPrevious: true, pollMs: POLL_MS })
  const storage = useApiQuery('getStorageHistory', input, { keepPrevious: true, pollMs: POLL_MS })
  return (
    <UsageCharts
      activity={activity.data?.data}
      storage={storage.data?.data.items}
      error={activity.error ?? storage.error}
    />
  )
}

export function TopRepositories() {
  const t = useTranslations('statistics')
  const count = readDayCount(useSearchParams())
  const query = useApiQuery('listMostUsed', topInput(count), { keepPrevious: true, pollMs: POLL_MS })
  return (
    <Section title={t('topRepositories')} description={t('lastDays', { count })}>
      <ProblemBanner error={query.error} />
      {query.data && (
        <MostUsed
          uses={query.data.data.map(({ repository_name, pulls, pushes }) => ({
            name: repository_name,
            href: pathOfRepository(repository_name),
            pulls,
            pushes,
          }))}
          empty={t('noUse')}
        />
      )}
    </Section>
  )
}
