'use client'
import type { Schemas } from '@berth/contract'
import { ConfirmDialog, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'

type Props = { policy: Schemas['ReplicationPolicy']; onClose: () => void; onDone?: () => void }

export default function DeletePolicy({ policy, onClose, onDone = onClose }: Props) {
  const t = useTranslations('replications.delete')
  const notify = useNotify()
  const remove = useApiMutation('deleteReplicationPolicy', ['listReplicationPolicies', 'getReplicationMap'])
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
        remove.mutate(
          { path: { id } },
          {
            onSuccess: () => {
              notify('good', t('done', { name }))
              onDone()
            },
          },
        )
      }
    >
      <p>{t('lost')}</p>
      <p className="text-13 text-ink-2">{t('stays')}</p>
    </ConfirmDialog>
  )
}
