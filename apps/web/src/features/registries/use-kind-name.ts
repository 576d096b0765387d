'use client'
import { useTranslations } from 'next-intl'

/** What a kind of registry is called; one that this console does not know, by its word in the API. */
export function useKindName(): (type?: string) => string {
  const t = useTranslations('registries')
  return (type = '') => {
    const key = `types.${type}` as 'types.berth'
    return t.has(key) ? t(key) : type
  }
}
