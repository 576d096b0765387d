import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { PolicyForm } from '@/features/replications/policy-form.tsx'
import { endsInput } from '@/features/replications/replication-input.ts'
import { needPolicy } from '@/server/need-policy.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('replications'))('one') }
}

export default async function EditPolicyPage({ params }: { params: Promise<{ policy: string }> }) {
  const { policy } = await params
  const page = await pageData(`/replications/${policy}/edit`)
  const [found] = await Promise.all([needPolicy(page, policy), page.want('listRegistries', endsInput)])
  const t = await getTranslations('replications.form')
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('editTitle', { name: found.name })} description={t('description')} />
      <PolicyForm policy={found.policy} />
    </div>,
  )
}
