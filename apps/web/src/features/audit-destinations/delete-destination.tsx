'use client'
import type { Schemas } from '@berth/contract'
import { ConfirmDialog, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'

type Props = { destination: Schemas['AuditDestination']; onClose: () => void }

export default function DeleteDestination({ destination, onClose }: Props) {
  const t = useTranslations('auditDestinations.delete')
  const notify = useNotify()
  const remove = useApiMutation('deleteAuditDestination', ['listAuditDestinations'])
  const { id = 0, name = '', waiting = 0 } = destination
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('title', { name })}
      confirmLabel={t('confirm')}
      busy={remove.isPending}
      error={<ProblemBanner error={remove.error} />}
      onConfirm={() =>
        remove.mutate(
          { path: { audit_destination_id: id } },
          {
            onSuccess: () => {
              notify('good', t('done', { name }))
              onClose()
            },
          },
        )
      }
    >
      <p>{t('lost', { count: waiting })}</p>
    </ConfirmDialog>
  )
}
