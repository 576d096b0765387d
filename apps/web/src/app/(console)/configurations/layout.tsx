import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { ConfigurationTabs } from '@/features/configurations/configuration-tabs.tsx'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { pageData } from '@/server/page-data.tsx'

export default async function ConfigurationsLayout({ children }: { children: ReactNode }) {
  const [t, page] = await Promise.all([getTranslations('configurations'), pageData('/configurations')])
  await page.need('getConfigurations', {})
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} />
      <ConfigurationTabs />
      {children}
    </div>,
  )
}
