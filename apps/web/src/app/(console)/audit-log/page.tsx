import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { AuditList } from '@/features/audit/audit-list.tsx'
import { auditInput } from '@/features/audit/audit-list-state.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('audit'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function AuditLogPage({ searchParams }: Props) {
  const [page, params] = await Promise.all([pageData('/audit-log'), searchParams])
  await page.needList('listAuditLogExts', auditInput(toParams(params), Date.now()))
  return page.hydrate(<AuditList project={null} />)
}
