'use client'
import type { Schemas } from '@berth/contract'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { ConfirmChange } from '@/features/frame/confirm-change.tsx'

type Props = { policy: Schemas['ReplicationPolicy']; onClose: () => void; onDone?: () => void }

export default function DeletePolicy({ policy, onClose, onDone }: Props) {
  const t = useTranslations('replications.delete')
  const remove = useApiMutation('deleteReplicationPolicy', ['listReplicationPolicies', 'getReplicationMap'])
  const { id = 0, name = '' } = policy
  return (
    <ConfirmChange
      change={remove}
      input={{ path: { id } }}
      title={t('title', { name })}
      confirmLabel={t('confirm')}
      done={t('done', { name })}
      onClose={onClose}
      onDone={onDone}
    >
      <p>{t('lost')}</p>
      <p className="text-13 text-ink-2">{t('stays')}</p>
    </ConfirmChange>
  )
}
