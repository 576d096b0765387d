'use client'
import { Tabs } from '@berth/ui'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'

const pages = ['general', 'authentication', 'ldap', 'oidc', 'mail'] as const

export function ConfigurationTabs() {
  const t = useTranslations('configurations')
  const pathname = usePathname()
  const tabs = pages.map((page) => {
    const href = page === 'general' ? '/configurations' : `/configurations/${page}`
    return { label: t(`tabs.${page}`), href, current: pathname === href }
  })
  return <Tabs label={t('title')} tabs={tabs} />
}
