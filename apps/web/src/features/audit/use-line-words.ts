'use client'
import { useTranslations } from 'next-intl'

/** Words for what the log calls by a name of its own; a name without words stands as it is. */
export function useLineWords() {
  const t = useTranslations('audit')
  const word = (key: string, name: string) =>
    t.has(key as never) ? t(key as never) : name.replaceAll('_', ' ')
  return {
    operation: (name: string) => word(`operations.${name}`, name),
    type: (name: string) => word(`types.${name}`, name),
    credential: (name: string) => (name === '' ? '–' : word(`credentials.${name}`, name)),
  }
}
