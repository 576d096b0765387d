'use client'
import type { Schemas } from '@berth/contract'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { ConfirmChange } from '@/features/frame/confirm-change.tsx'

type Props = { destination: Schemas['AuditDestination']; onClose: () => void }

export default function DeleteDestination({ destination, onClose }: Props) {
  const t = useTranslations('auditDestinations.delete')
  const remove = useApiMutation('deleteAuditDestination', ['listAuditDestinations'])
  const { id = 0, name = '', waiting = 0 } = destination
  return (
    <ConfirmChange
      change={remove}
      input={{ path: { audit_destination_id: id } }}
      title={t('title', { name })}
      confirmLabel={t('confirm')}
      done={t('done', { name })}
      onClose={onClose}
    >
      <p>{t('lost', { count: waiting })}</p>
    </ConfirmChange>
  )
}
