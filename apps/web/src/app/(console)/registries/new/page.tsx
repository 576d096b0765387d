import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { RegistryForm } from '@/features/registries/registry-form.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('registries'))('new') }
}

export default async function NewRegistryPage() {
  const page = await pageData('/registries/new')
  const { data } = await page.need('listRegistryProviderInfos', {})
  return <RegistryForm kinds={data} />
}
