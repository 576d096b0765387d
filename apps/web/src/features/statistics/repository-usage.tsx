'use client'
import { Select, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { ActivityFeed } from '@/features/activities/activity-feed.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { artifactPath } from '@/features/repositories/paths.ts'
import { DayCountChoice } from './day-count.tsx'
import { MostUsed } from './most-used.tsx'
import { readDayCount, sinceInput, topInput } from './statistics-input.ts'
import { UsageCharts } from './usage-charts.tsx'

const SHOWN_TAGS = 5
const MAX_CHOICES = 50

/** How a repository, or one of its tags, is used: pulls, pushes and storage per day, and the tags that are used most. */
export default function RepositoryUsage({ project, repository }: { project: string; repository: string }) {
  const t = useTranslations('statistics')
  const { nowMs } = useUi()
  const count = readDayCount(useSearchParams())
  const tag = useListState([]).param('tag').slice(0, 128)
  const path = { project_name: project, repository_name: repository }
  const activity = useApiQuery(
    'getRepositoryActivity',
    { path, query: { ...sinceInput(count, nowMs).query, ...(tag && { tag }) } },
    { keepPrevious: true },
  )
  const tags = useApiQuery(
    'listMostUsedTags',
    { path, query: { ...topInput(count).query, limit: MAX_CHOICES } },
    { keepPrevious: true },
  )
  const used = tags.data?.data ?? []
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap justify-end gap-2">
        <TagChoice tag={tag} tags={used.map((use) => use.tag)} />
        <DayCountChoice />
      </div>
      <UsageCharts
        activity={activity.data?.data}
        storage={activity.data?.data.items}
        error={activity.error}
      />
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <ActivityFeed repository={`${project}/${repository}`} />
        <Section title={t('topTags')}>
          <ProblemBanner error={tags.error} />
          {tags.data && (
            <MostUsed
              uses={used.slice(0, SHOWN_TAGS).map(({ tag, pulls, pushes }) => ({
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

/** Whose pulls and pushes the charts show; stands in the URL. */
function TagChoice({ tag, tags }: { tag: string; tags: readonly string[] }) {
  const t = useTranslations('statistics')
  const list = useListState([])
  if (tag === '' && tags.length === 0) return null
  const names = tag === '' || tags.includes(tag) ? tags : [tag, ...tags]
  return (
    <Select
      aria-label={t('tag')}
      value={tag}
      onChange={({ target: { value } }) => list.change({ tag: value })}
      options={[{ value: '', label: t('allTags') }, ...names.map((name) => ({ value: name, label: name }))]}
    />
  )
}
