'use client'
import type { Schemas } from '@berth/contract'
import { Badge, Status } from '@berth/ui'
import { useTranslations } from 'next-intl'

/** Whether it tells anything, and whether a person or Berth switched it off. */
export function WebhookStatus({ policy }: { policy: Schemas['WebhookPolicy'] }) {
  const t = useTranslations('webhooks')
  if (policy.enabled) return <Status tone="good">{t('on')}</Status>
  return policy.disabled_reason ? (
    <Status tone="bad">{t('disabledByBerth')}</Status>
  ) : (
    <Badge>{t('off')}</Badge>
  )
}
