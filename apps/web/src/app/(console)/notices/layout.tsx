import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { NoticeTabs } from '@/features/notices/notice-tabs.tsx'

export default async function NoticesLayout({ children }: { children: ReactNode }) {
  const t = await getTranslations('notices')
  return (
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} />
      <NoticeTabs />
      {children}
    </div>
  )
}
