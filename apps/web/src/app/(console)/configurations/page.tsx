import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { SystemSettings } from '@/features/configurations/system-settings.tsx'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('configurations'))('title') }
}

export default async function ConfigurationsPage() {
  const [t, page] = await Promise.all([getTranslations('configurations'), pageData('/configurations')])
  await page.need('getConfigurations', {})
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} />
      <SystemSettings />
    </div>,
  )
}
