'use client'
import { useTranslations } from 'next-intl'

/** Resources and actions in words; what a newer API lists and this console does not know stays in the API's words. */
export function useDeedWords() {
  const t = useTranslations('robots')
  return {
    resource: (name: string): string => {
      const key = `resources.${name}` as `resources.repository`
      return t.has(key) ? t(key) : name
    },
    action: (name: string): string => {
      const key = `actions.${name}` as `actions.pull`
      return t.has(key) ? t(key) : name
    },
  }
}
