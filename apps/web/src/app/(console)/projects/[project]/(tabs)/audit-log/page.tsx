import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { AuditList } from '@/features/audit/audit-list.tsx'
import { projectAuditInput } from '@/features/audit/audit-list-state.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('audit'))('title') }
}

type Props = {
  params: Promise<{ project: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function ProjectAuditLogPage({ params, searchParams }: Props) {
  const project = decodeURIComponent((await params).project)
  const page = await pageData(`/projects/${project}/audit-log`)
  await Promise.all([
    page.needList('getLogExts', projectAuditInput(project, toParams(await searchParams), Date.now())),
    page.want('listAuditLogEventTypes', {}),
  ])
  return page.hydrate(<AuditList project={project} />)
}
