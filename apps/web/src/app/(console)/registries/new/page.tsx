import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { RegistryForm } from '@/features/registries/registry-form.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('registries'))('new') }
}

export default async function NewRegistryPage() {
  const [t, page] = await Promise.all([getTranslations('registries.form'), pageData('/registries/new')])
  const [{ data: kinds }, { data: types }] = await Promise.all([
    page.need('listRegistryProviderInfos', {}),
    page.need('listRegistryProviderTypes', {}),
  ])
  return (
    <div className="flex flex-col gap-4">
      <PageHeader title={t('newTitle')} description={t('description')} />
      <RegistryForm types={types} kinds={kinds} />
    </div>
  )
}
