import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { NoticePreferences } from '@/features/notices/preferences.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('notices.tabs'))('preferences') }
}

export default async function NoticePreferencesPage() {
  const page = await pageData('/notices/preferences')
  await page.need('getMyNoticePreferences', {})
  return page.hydrate(<NoticePreferences />)
}
