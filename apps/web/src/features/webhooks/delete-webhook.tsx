'use client'
import type { Schemas } from '@berth/contract'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { ConfirmChange } from '@/features/frame/confirm-change.tsx'
import { webhookInput } from './webhook-input.ts'

type Props = { project: string; policy: Schemas['WebhookPolicy']; onClose: () => void; onDone?: () => void }

export default function DeleteWebhook({ project, policy, onClose, onDone }: Props) {
  const t = useTranslations('webhooks.delete')
  const remove = useApiMutation('DeleteWebhookPolicyOfProject', ['ListWebhookPoliciesOfProject'])
  const { id = 0, name = '' } = policy
  return (
    <ConfirmChange
      change={remove}
      input={webhookInput(project, id)}
      title={t('title', { name })}
      confirmLabel={t('confirm')}
      done={t('done', { name })}
      onClose={onClose}
      onDone={onDone}
    >
      <p>{t('lost')}</p>
    </ConfirmChange>
  )
}
