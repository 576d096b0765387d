'use client'
import { Tabs } from '@berth/ui'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'

const pages = ['log', 'integrity', 'retention', 'destinations'] as const

export function AuditTabs() {
  const t = useTranslations('audit')
  const pathname = usePathname()
  const tabs = pages.map((page) => {
    const href = page === 'log' ? '/audit-log' : `/audit-log/${page}`
    return {
      label: t(`tabs.${page}`),
      href,
      current: pathname === href || (page !== 'log' && pathname.startsWith(href)),
    }
  })
  return <Tabs label={t('title')} tabs={tabs} />
}
