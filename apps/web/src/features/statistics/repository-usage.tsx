'use client'
import { useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { ActivityFeed } from '@/features/activities/activity-feed.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { artifactPath } from '@/features/repositories/paths.ts'
import { DayCountChoice } from './day-count.tsx'
import { MostUsed } from './most-used.tsx'
import { readDayCount, sinceInput, topInput } from './statistics-input.ts'
import { UsageCharts } from './usage-charts.tsx'

/** How a repository is used: pulls and pushes per day, and its tags that are used most. */
export default function RepositoryUsage({ project, repository }: { project: string; repository: string }) {
  const t = useTranslations('statistics')
  const { nowMs } = useUi()
  const count = readDayCount(useSearchParams())
  const path = { project_name: project, repository_name: repository }
  const activity = useApiQuery(
    'getRepositoryActivity',
    { path, ...sinceInput(count, nowMs) },
    { keepPrevious: true },
  )
  const tags = useApiQuery('listMostUsedTags', { path, ...topInput(count) }, { keepPrevious: true })
  return (
    <div className="flex flex-col gap-4">
      <div className="flex justify-end">
        <DayCountChoice />
      </div>
      <UsageCharts activity={activity.data?.data} error={activity.error} />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <ActivityFeed repository={`${project}/${repository}`} />
        <Section title={t('topTags')}>
          <ProblemBanner error={tags.error} />
          {tags.data && (
            <MostUsed
              uses={tags.data.data.map(({ tag, pulls, pushes }) => ({
                name: tag,
                // A tag may be gone by now: then its page says so.
                href: artifactPath(project, repository, tag),
                pulls,
                pushes,
              }))}
              empty={t('noUse')}
            />
          )}
        </Section>
      </div>
    </div>
  )
}
