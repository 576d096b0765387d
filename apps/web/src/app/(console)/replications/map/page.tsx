import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { endsInput } from '@/features/replications/replication-input.ts'
import { ReplicationMap } from '@/features/replications/replication-map.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('replications.map'))('title') }
}

export default async function MapPage() {
  const [t, page] = await Promise.all([getTranslations('replications.map'), pageData('/replications/map')])
  await Promise.all([page.need('getReplicationMap', {}), page.want('listRegistries', endsInput)])
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} />
      <ReplicationMap />
    </div>,
  )
}
