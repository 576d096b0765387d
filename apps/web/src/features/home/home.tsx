'use client'
import { ButtonLink, EmptyState } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { ActivityFeed } from '@/features/activities/activity-feed.tsx'
import { HealthList } from '@/features/health/health-list.tsx'
import { HomeCharts, TopRepositories } from '@/features/statistics/home-statistics.tsx'

const HEALTH_POLL_MS = 30_000

/** What happens here: use, news, and whether every part works. */
export function Home() {
  const t = useTranslations('home')
  const counts = useApiQuery('getStatistic', {}).data?.data
  return (
    <>
      {counts?.total_repo_count === 0 ? (
        <section aria-label={t('charts')} className="rounded-md border border-line bg-surface">
          <EmptyState
            icon="anchor"
            title={t('start.title')}
            action={<ButtonLink href="/projects">{t('start.action')}</ButtonLink>}
          >
            {t('start.help')}
          </EmptyState>
        </section>
      ) : (
        <section aria-label={t('charts')}>
          <HomeCharts />
        </section>
      )}
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <ActivityFeed />
        <div className="flex flex-col gap-4">
          <TopRepositories />
          <HealthList pollMs={HEALTH_POLL_MS} />
        </div>
      </div>
    </>
  )
}
