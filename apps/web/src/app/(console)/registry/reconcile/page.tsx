import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { ReconcileForm } from '@/features/registry-walks/reconcile-form.tsx'
import { WalkHistory } from '@/features/registry-walks/walk-history.tsx'
import { walksInput } from '@/features/registry-walks/walk-input.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('registryWalks.reconcile'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Page({ searchParams }: Props) {
  const [t, page] = await Promise.all([
    getTranslations('registryWalks.reconcile'),
    pageData('/registry/reconcile'),
  ])
  await page.needList('listRegistryWalks', walksInput('reconcile', toParams(await searchParams)))
  return page.hydrate(
    <div className="flex flex-col gap-6">
      <PageHeader title={t('title')} description={t('description')} />

      <ReconcileForm />
      <WalkHistory area="reconcile" />
    </div>,
  )
}
