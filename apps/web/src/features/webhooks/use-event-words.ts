'use client'
import { useTranslations } from 'next-intl'

/** Words for the types of events; one without words stands as it is. */
export function useEventWords() {
  const t = useTranslations('webhooks')
  return {
    name: (event: string) =>
      t.has(`events.${event}.name` as never) ? t(`events.${event}.name` as never) : event,
    help: (event: string) =>
      t.has(`events.${event}.help` as never) ? t(`events.${event}.help` as never) : undefined,
  }
}
