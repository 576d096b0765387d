import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { ExecutionPage } from '@/features/replications/execution-page.tsx'
import { executionInput, missingInput, tasksInput } from '@/features/replications/replication-input.ts'
import { needPolicy } from '@/server/need-policy.ts'
import { pageData } from '@/server/page-data.tsx'

type Props = {
  params: Promise<{ policy: string; execution: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = await getTranslations('replications')
  return { title: t('runNamed', { id: (await params).execution }) }
}

export default async function OneExecutionPage({ params, searchParams }: Props) {
  const { policy, execution } = await params
  if (!/^\d{1,15}$/.test(execution)) notFound()
  const id = Number(execution)
  const query = toParams(await searchParams)
  const page = await pageData(`/replications/${policy}/executions/${id}`)
  const [{ id: policyId }, { data }] = await Promise.all([
    needPolicy(page, policy),
    page.need('getReplicationExecution', executionInput(id)),
  ])
  // A run of another policy is not here.
  if (data.policy_id !== policyId) notFound()
  await (query.get('tab') === 'missing'
    ? page.want('listReplicationMissing', missingInput(id, query))
    : page.needList('listReplicationTasks', tasksInput(id, query)))
  return page.hydrate(<ExecutionPage policyId={policyId} id={id} />)
}
