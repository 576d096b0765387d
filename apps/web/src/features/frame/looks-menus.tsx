'use client'
import { Icon, Menu } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { localeCookie, locales } from '@/i18n/locales.ts'
import { setCookie, type Theme, themeCookie, themes } from './preferences.ts'

const icons = { system: 'monitor', light: 'sun', dark: 'moon' } as const

export function ThemeMenu({ theme: initial }: { theme: Theme }) {
  const t = useTranslations('frame')
  const [theme, setTheme] = useState(initial)
  const choose = (next: Theme) => {
    setTheme(next)
    setCookie(themeCookie, next)
    document.documentElement.dataset.theme = next
  }
  return (
    <Menu
      label={t('theme')}
      tip
      trigger={<Icon name={icons[theme]} />}
      items={themes.map((one) => ({
        kind: 'choice',
        label: t(`themes.${one}`),
        checked: one === theme,
        onSelect: () => choose(one),
      }))}
    />
  )
}

/** Each language is written in itself: who needs it cannot read the other one. */
const ownNames = { en: 'English', 'zh-CN': '简体中文' }

export function LanguageMenu() {
  const t = useTranslations('frame')
  const current = useLocale()
  const router = useRouter()
  return (
    <Menu
      label={t('language')}
      tip
      trigger={<Icon name="language" />}
      items={locales.map((locale) => ({
        kind: 'choice',
        label: ownNames[locale],
        checked: locale === current,
        onSelect: () => {
          setCookie(localeCookie, locale)
          document.documentElement.lang = locale
          router.refresh()
        },
      }))}
    />
  )
}
