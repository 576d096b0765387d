'use client'
import { Tabs } from '@berth/ui'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'

export function NoticeTabs() {
  const t = useTranslations('notices')
  const pathname = usePathname()
  return (
    <Tabs
      label={t('title')}
      tabs={[
        { label: t('tabs.inbox'), href: '/notices', current: pathname === '/notices' },
        { label: t('tabs.preferences'), href: '/notices/preferences', current: pathname !== '/notices' },
      ]}
    />
  )
}
