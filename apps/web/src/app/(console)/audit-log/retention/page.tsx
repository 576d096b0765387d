import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { purgeHistoryInput } from '@/features/audit/purge-history-input.ts'
import { Retention } from '@/features/audit/retention.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('audit.tabs'))('retention') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function RetentionPage({ searchParams }: Props) {
  const [page, params] = await Promise.all([pageData('/audit-log/retention'), searchParams])
  await Promise.all([
    page.need('getPurgeSchedule', {}),
    page.want('getPurgeHistory', purgeHistoryInput(toParams(params))),
  ])
  return page.hydrate(<Retention />)
}
