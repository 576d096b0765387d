import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { AuditList } from '@/features/audit/audit-list.tsx'
import { auditInput } from '@/features/audit/audit-list-state.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { pageData } from '@/server/page-data.tsx'
import { getViewer } from '@/server/viewer.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('audit'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function AuditLogPage({ searchParams }: Props) {
  const [t, page, viewer, params] = await Promise.all([
    getTranslations('audit'),
    pageData('/audit-log'),
    getViewer(),
    searchParams,
  ])
  await Promise.all([
    page.need('listAuditLogExts', auditInput(toParams(params), Date.now())),
    page.want('listAuditLogEventTypes', {}),
  ])
  // Others read what happened in their projects there.
  if (!viewer?.sysadmin_flag) notFound()
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} />
      <AuditList project={null} />
    </div>,
  )
}
