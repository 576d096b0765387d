import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { RegistryList } from '@/features/registries/registry-list.tsx'
import { registriesInput } from '@/features/registries/registry-list-state.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('registries'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function RegistriesPage({ searchParams }: Props) {
  const [t, page, params] = await Promise.all([
    getTranslations('registries'),
    pageData('/registries'),
    searchParams,
  ])
  await page.needList('listRegistries', registriesInput(toParams(params)))
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} />
      <div>
        <RegistryList />
      </div>
    </div>,
  )
}
