import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { activitiesInput } from '@/features/activities/activity-input.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { Home } from '@/features/home/home.tsx'
import { DayCountChoice } from '@/features/statistics/day-count.tsx'
import { readDayCount, sinceInput, topInput } from '@/features/statistics/statistics-input.ts'
import { pageData } from '@/server/page-data.tsx'
import { getViewer } from '@/server/viewer.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('home'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function HomePage({ searchParams }: Props) {
  // Visitors look at public projects.
  if (!(await getViewer())) redirect('/projects')
  const [t, page, params] = await Promise.all([getTranslations('home'), pageData('/'), searchParams])
  const count = readDayCount(toParams(params))
  const since = sinceInput(count, Date.now())
  await Promise.all([
    page.want('getStatistic', {}),
    page.want('getActivity', since),
    page.want('getStorageHistory', since),
    page.want('listMostUsed', topInput(count)),
    page.want('listActivities', activitiesInput({})),
    page.want('getHealth', {}),
  ])
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} actions={<DayCountChoice />} />
      <Home />
    </div>,
  )
}
