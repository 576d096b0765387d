import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { eventsInput } from '@/features/registry-events/event-input.ts'
import { EventList } from '@/features/registry-events/event-list.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('registryEvents'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function RegistryEventsPage({ searchParams }: Props) {
  const [t, page, params] = await Promise.all([
    getTranslations('registryEvents'),
    pageData('/registry/events'),
    searchParams,
  ])
  await page.needList('listRegistryEvents', eventsInput(toParams(params)))
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} />
      <EventList />
    </div>,
  )
}
