import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { PolicyPage } from '@/features/replications/policy-page.tsx'
import { executionsInput } from '@/features/replications/replication-input.ts'
import { needPolicy } from '@/server/need-policy.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('replications'))('one') }
}

type Props = {
  params: Promise<{ policy: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function OnePolicyPage({ params, searchParams }: Props) {
  const { policy } = await params
  const page = await pageData(`/replications/${policy}`)
  const { id } = await needPolicy(page, policy)
  await page.needList('listReplicationExecutions', executionsInput(id, toParams(await searchParams)))
  return page.hydrate(<PolicyPage id={id} />)
}
