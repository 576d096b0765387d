import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { Queues } from '@/features/job-queues/queues.tsx'
import { Schedules, schedulesInput } from '@/features/job-queues/schedules.tsx'
import { Workers } from '@/features/job-queues/workers.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('jobQueues'))('title') }
}

export default async function JobsPage() {
  const [t, page] = await Promise.all([getTranslations('jobQueues'), pageData('/jobs')])
  await Promise.all([
    page.needList('listJobQueues', {}),
    page.want('listSchedules', schedulesInput),
    page.want('getWorkerPools', {}),
    page.want('getWorkers', { path: { pool_id: 'all' } }),
  ])
  return page.hydrate(
    <div className="flex flex-col gap-6">
      <PageHeader title={t('title')} description={t('description')} />
      <Queues />
      <Schedules />
      <Workers />
    </div>,
  )
}
