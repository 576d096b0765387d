'use client'
import { ConfirmDialog, useNotify } from '@berth/ui'
import { useMutation } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { ProblemBanner } from '@/features/frame/problem.tsx'

type Props = { name: string; revoke: () => Promise<unknown>; onClose: () => void }

export function RevokeToken({ name, revoke, onClose }: Props) {
  const t = useTranslations('accessTokens')
  const notify = useNotify()
  const run = useMutation({ mutationFn: revoke })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('revokeTitle', { name })}
      confirmLabel={t('revoke')}
      busy={run.isPending}
      error={<ProblemBanner error={run.error} />}
      onConfirm={() =>
        run.mutate(undefined, {
          onSuccess: () => {
            notify('good', t('revoked', { name }))
            onClose()
          },
        })
      }
    >
      <p>{t('revokeHelp')}</p>
    </ConfirmDialog>
  )
}
