import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { GlobalLabels } from '@/features/labels/global-labels.tsx'
import { labelsInput } from '@/features/labels/label-list-state.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('labels'))('globalTitle') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function LabelsPage({ searchParams }: Props) {
  const [t, page, params] = await Promise.all([getTranslations('labels'), pageData('/labels'), searchParams])
  await page.needList('ListLabels', labelsInput({ projectId: null }, toParams(params)))
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('globalTitle')} description={t('globalHelp')} />
      <GlobalLabels />
    </div>,
  )
}
