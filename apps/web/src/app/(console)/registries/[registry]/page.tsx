import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { RegistryForm } from '@/features/registries/registry-form.tsx'
import { RegistryState } from '@/features/registries/registry-state.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('registries'))('title') }
}

export default async function RegistryPage({ params }: { params: Promise<{ registry: string }> }) {
  const id = Number((await params).registry)
  if (!Number.isSafeInteger(id) || id < 1) notFound()
  const page = await pageData(`/registries/${id}`)
  const [{ data: kinds }, { data: types }, { data }] = await Promise.all([
    page.need('listRegistryProviderInfos', {}),
    page.need('listRegistryProviderTypes', {}),
    page.need('getRegistry', { path: { id } }),
  ])
  const t = await getTranslations('registries.form')
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={data.name ?? ''} description={t('description')} />
      <RegistryState registry={data} />
      <RegistryForm types={types} kinds={kinds} registry={data} />
    </div>,
  )
}
