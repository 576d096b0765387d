import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { NextStep } from '@/features/replications/next-step.tsx'
import { PolicyForm } from '@/features/replications/policy-form.tsx'
import { endsInput } from '@/features/replications/replication-input.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('replications'))('new') }
}

export default async function NewPolicyPage() {
  const [t, page] = await Promise.all([getTranslations('replications.form'), pageData('/replications/new')])
  const { data } = await page.need('listRegistries', endsInput)
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('newTitle')} description={t('description')} />
      {data.length === 0 ? <NextStep /> : <PolicyForm />}
    </div>,
  )
}
