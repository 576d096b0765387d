import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { AboutFacts } from '@/features/about/about-facts.tsx'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('about'))('title') }
}

export default async function AboutPage() {
  const [t, page] = await Promise.all([getTranslations('about'), pageData('/about')])
  await Promise.all([page.want('getSystemInfo', {}), page.want('getHealth', {})])
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} />
      <AboutFacts />
    </div>,
  )
}
