import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { Integrity } from '@/features/audit/integrity.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('audit.tabs'))('integrity') }
}

export default async function IntegrityPage() {
  const page = await pageData('/audit-log/integrity')
  await page.need('getAuditLogHead', {})
  return page.hydrate(<Integrity />)
}
