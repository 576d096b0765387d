'use client'
import type { Schemas } from '@berth/contract'
import { useTranslations } from 'next-intl'

/** Chinese writes a space between its own signs and Latin letters: 更新 Webhook. */
const spaced = (text: string) => text.replace(/(\p{Script=Han})(?=[A-Za-z])/gu, '$1 ')

/** Words for what the log calls by a name of its own; a name without words stands as it is. */
export function useLineWords() {
  const t = useTranslations('audit')
  const known = (key: string) => (t.has(key as never) ? t(key as never) : undefined)
  const plain = (name: string) => name.replaceAll('_', ' ')
  const operation = (name: string) => known(`operations.${name}`) ?? plain(name)
  const type = (name: string) => known(`types.${name}`) ?? plain(name)
  return {
    operation,
    type,
    credential: (name: string) => (name === '' ? '–' : (known(`credentials.${name}`) ?? plain(name))),
    /** What happened, as a title. */
    event: ({ operation: done = '', resource_type: to = '' }: Schemas['AuditLogExt']) =>
      known(`events.${done}_${to}`) ?? spaced(t('event', { operation: operation(done), type: type(to) })),
  }
}
