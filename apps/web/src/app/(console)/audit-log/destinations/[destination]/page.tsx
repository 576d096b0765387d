import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { DestinationForm } from '@/features/audit-destinations/destination-form.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('auditDestinations'))('title') }
}

export default async function DestinationPage({ params }: { params: Promise<{ destination: string }> }) {
  const id = Number((await params).destination)
  if (!Number.isSafeInteger(id) || id < 1) notFound()
  const page = await pageData(`/audit-log/destinations/${id}`)
  const { data } = await page.need('getAuditDestination', { path: { audit_destination_id: id } })
  // That of the setting is changed where the setting is.
  if (data.configured) notFound()
  return page.hydrate(<DestinationForm destination={data} />)
}
