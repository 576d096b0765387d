import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { DestinationList } from '@/features/audit-destinations/destination-list.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('auditDestinations'))('title') }
}

export default async function DestinationsPage() {
  const page = await pageData('/audit-log/destinations')
  await page.need('listAuditDestinations', {})
  return page.hydrate(<DestinationList />)
}
