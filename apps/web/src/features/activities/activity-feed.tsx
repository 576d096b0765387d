'use client'
import type { Schemas } from '@berth/contract'
import { Icon, type IconName, shortenDigest, Time, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiQuery, useQuietRefetch } from '@/data/use-api.ts'
import { useEventStream } from '@/data/use-event-stream.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { artifactPath, shortName } from '@/features/repositories/paths.ts'
import { pathOfRepository } from '@/features/statistics/repository-link.ts'
import { type ActivityPlace, activitiesInput, activityPageSize, activityStream } from './activity-input.ts'

type Activity = Schemas['RecentActivity']

const icons: Record<string, IconName> = {
  artifact: 'layers',
  tag: 'tag',
  repository: 'repository',
  project: 'projects',
  member: 'people',
  robot: 'robot',
  label: 'tag',
  quota: 'gauge',
}

/** What changed lately, and what changes while the page is open. */
export function ActivityFeed(place: ActivityPlace) {
  const t = useTranslations('activities')
  const query = useApiQuery('listActivities', activitiesInput(place))
  const refetch = useQuietRefetch()
  const [news, setNews] = useState<Activity[]>([])
  const state = useEventStream<Activity>(
    activityStream(place),
    'activity',
    (activity) => setNews((now) => [activity, ...now].slice(0, activityPageSize)),
    () => refetch('listActivities', activitiesInput(place)),
  )
  const fetched = query.data?.data ?? []
  const known = new Set(fetched.map(({ id }) => id))
  const rows = [...news.filter(({ id }) => !known.has(id)), ...fetched].slice(0, activityPageSize)
  return (
    <Section
      title={t('title')}
      description={
        <span className="flex items-center gap-1.5">
          <span
            aria-hidden="true"
            className={state === 'live' ? 'size-2 rounded-full bg-good' : 'size-2 rounded-full bg-control'}
          />
          {t(state === 'live' ? 'live' : 'connecting')}
        </span>
      }
    >
      <ProblemBanner error={query.error} />
      {query.isSuccess && rows.length === 0 && <p className="text-13 text-ink-2">{t('empty')}</p>}
      <ol aria-label={t('title')} className="flex flex-col gap-3">
        {rows.map((activity) => (
          <ActivityRow key={activity.id} activity={activity} />
        ))}
      </ol>
    </Section>
  )
}

function ActivityRow({ activity }: { activity: Activity }) {
  const t = useTranslations('activities')
  const { Link } = useUi()
  const { type = '', name = '', at, username } = activity
  const [resource = ''] = type.split('.')
  const words = type.replace('.', '_')
  const href = hrefOf(activity)
  const label = nameOf(activity)
  return (
    <li className="flex items-start gap-3 text-13">
      <Icon name={icons[resource] ?? 'activity'} className="mt-0.5 shrink-0 text-ink-3" />
      <span className="min-w-0 flex-1">
        <span>
          {t.has(`types.${words}` as never) ? t(`types.${words}` as never) : type.replace('.', ' ')}{' '}
        </span>
        {href ? (
          <Link
            href={href}
            prefetch={false}
            className="rounded-md font-mono break-all text-ink hover:text-accent hover:underline"
          >
            {label}
          </Link>
        ) : (
          <span className="font-mono break-all">{label || name}</span>
        )}
        <span className="block text-12 text-ink-3">
          {username && <>{username} · </>}
          <Time at={at} />
        </span>
      </span>
    </li>
  )
}

function nameOf({ name = '', tag, digest }: Activity): string {
  if (tag) return `${name}:${tag}`
  return digest ? `${name}@${shortenDigest(digest)}` : name
}

/** Where it can be seen; nothing for what is gone. */
function hrefOf({ type = '', name = '', tag, digest, project_name: project }: Activity): string | undefined {
  if (!project || type.endsWith('.deleted')) return undefined
  const [resource] = type.split('.')
  if ((resource === 'artifact' || resource === 'tag') && name.includes('/')) {
    const reference = tag || digest
    return reference ? artifactPath(project, shortName(name), reference) : pathOfRepository(name)
  }
  if (resource === 'repository' && name.includes('/')) return pathOfRepository(name)
  return `/projects/${encodeURIComponent(project)}`
}
