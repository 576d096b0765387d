import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { DefaultLimit } from '@/features/quotas/default-limit.tsx'
import { QuotaList } from '@/features/quotas/quota-list.tsx'
import { quotasInput } from '@/features/quotas/quota-list-state.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('quotas'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function QuotasPage({ searchParams }: Props) {
  const [t, page, params] = await Promise.all([getTranslations('quotas'), pageData('/quotas'), searchParams])
  await Promise.all([
    page.needList('listQuotas', quotasInput(toParams(params))),
    page.want('getConfigurations', {}),
  ])
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} actions={<DefaultLimit />} />
      <QuotaList />
    </div>,
  )
}
