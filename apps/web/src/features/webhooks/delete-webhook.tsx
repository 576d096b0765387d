'use client'
import type { Schemas } from '@berth/contract'
import { ConfirmDialog, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { webhookInput } from './webhook-input.ts'

type Props = { project: string; policy: Schemas['WebhookPolicy']; onClose: () => void; onDone?: () => void }

export default function DeleteWebhook({ project, policy, onClose, onDone = onClose }: Props) {
  const t = useTranslations('webhooks.delete')
  const notify = useNotify()
  const remove = useApiMutation('DeleteWebhookPolicyOfProject', ['ListWebhookPoliciesOfProject'])
  const { id = 0, name = '' } = policy
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('title', { name })}
      confirmLabel={t('confirm')}
      busy={remove.isPending}
      error={<ProblemBanner error={remove.error} />}
      onConfirm={() =>
        remove.mutate(webhookInput(project, id), {
          onSuccess: () => {
            notify('good', t('done', { name }))
            onDone()
          },
        })
      }
    >
      <p>{t('lost')}</p>
    </ConfirmDialog>
  )
}
