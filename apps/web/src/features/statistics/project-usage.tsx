'use client'
import { useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { ActivityFeed } from '@/features/activities/activity-feed.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { DayCountChoice } from './day-count.tsx'
import { MostUsed } from './most-used.tsx'
import { pathOfRepository } from './repository-link.ts'
import { projectTopInput, readDayCount, sinceInput } from './statistics-input.ts'
import { UsageCharts } from './usage-charts.tsx'

/** How a project is used: pulls, pushes and storage per day, and its repositories that are used most. */
export default function ProjectUsage({ project }: { project: string }) {
  const t = useTranslations('statistics')
  const { nowMs } = useUi()
  const count = readDayCount(useSearchParams())
  const path = { project_name: project }
  const activity = useApiQuery(
    'getProjectActivity',
    { path, ...sinceInput(count, nowMs) },
    { keepPrevious: true },
  )
  const top = useApiQuery('listMostUsedOfProject', projectTopInput(project, count), { keepPrevious: true })
  return (
    <section aria-label={t('usage')} className="flex flex-col gap-4">
      <header className="flex items-center justify-between gap-3">
        <h2 className="text-16 font-semibold">{t('usage')}</h2>
        <DayCountChoice />
      </header>
      <UsageCharts
        activity={activity.data?.data}
        storage={activity.data?.data.items}
        error={activity.error}
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <ActivityFeed project={project} />
        <Section title={t('topRepositories')}>
          <ProblemBanner error={top.error} />
          {top.data && (
            <MostUsed
              uses={top.data.data.map(({ repository_name, pulls, pushes }) => ({
                name: repository_name.slice(project.length + 1),
                href: pathOfRepository(repository_name),
                pulls,
                pushes,
              }))}
              empty={t('noUse')}
            />
          )}
        </Section>
      </div>
    </section>
  )
}
