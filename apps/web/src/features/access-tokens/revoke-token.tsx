'use client'
import { useMutation } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { ConfirmChange } from '@/features/frame/confirm-change.tsx'

type Props = { name: string; revoke: () => Promise<unknown>; onClose: () => void }

export function RevokeToken({ name, revoke, onClose }: Props) {
  const t = useTranslations('accessTokens')
  const run = useMutation({ mutationFn: revoke })
  return (
    <ConfirmChange
      change={run}
      input={undefined}
      title={t('revokeTitle', { name })}
      confirmLabel={t('revoke')}
      done={t('revoked', { name })}
      onClose={onClose}
    >
      <p>{t('revokeHelp')}</p>
    </ConfirmChange>
  )
}
