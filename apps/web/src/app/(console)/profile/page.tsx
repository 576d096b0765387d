import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { ProfileForms } from '@/features/profile/profile-forms.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('profile'))('title') }
}

export default async function ProfilePage() {
  const [t, page] = await Promise.all([getTranslations('profile'), pageData('/profile')])
  const { data: viewer } = await page.need('getCurrentUserInfo')
  await Promise.all([
    page.want('getSystemInfo', {}),
    page.want('listMyAccessTokens', {}),
    page.want('getMySecondFactor', {}),
    page.want('listMySessions', {}),
  ])
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description', { name: viewer.username })} />
      <ProfileForms />
    </div>,
  )
}
