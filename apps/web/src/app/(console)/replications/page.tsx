import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { PolicyList } from '@/features/replications/policy-list.tsx'
import { endsInput, policiesInput } from '@/features/replications/replication-input.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('replications'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function ReplicationsPage({ searchParams }: Props) {
  const [t, page, params] = await Promise.all([
    getTranslations('replications'),
    pageData('/replications'),
    searchParams,
  ])
  await Promise.all([
    page.needList('listReplicationPolicies', policiesInput(toParams(params))),
    page.want('listRegistries', endsInput),
  ])
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} />
      <div>
        <PolicyList />
      </div>
    </div>,
  )
}
