import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { AuditTabs } from '@/features/audit/audit-tabs.tsx'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { pageData } from '@/server/page-data.tsx'
import { getViewer } from '@/server/viewer.ts'

export default async function AuditLogLayout({ children }: { children: ReactNode }) {
  const [t, page, viewer] = await Promise.all([getTranslations('audit'), pageData('/audit-log'), getViewer()])
  await page.need('listAuditLogEventTypes', {})
  // Others read what happened in their projects there.
  if (!viewer?.sysadmin_flag) notFound()
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} />
      <AuditTabs />
      {children}
    </div>,
  )
}
