import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { AdoptionSteps } from '@/features/registry-walks/adoption-steps.tsx'
import { PlanForm } from '@/features/registry-walks/plan-form.tsx'
import { WalkHistory } from '@/features/registry-walks/walk-history.tsx'
import { walksInput } from '@/features/registry-walks/walk-input.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('registryWalks.adopt'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function Page({ searchParams }: Props) {
  const [t, page] = await Promise.all([getTranslations('registryWalks.adopt'), pageData('/registry/adopt')])
  await page.needList('listRegistryWalks', walksInput('adopt', toParams(await searchParams)))
  return page.hydrate(
    <div className="flex flex-col gap-6">
      <PageHeader title={t('title')} description={t('description')} />
      <AdoptionSteps current="plan" />
      <PlanForm />
      <WalkHistory area="adopt" />
    </div>,
  )
}
