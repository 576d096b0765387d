'use client'
import type { Schemas } from '@berth/contract'
import { useTranslations } from 'next-intl'
import { ConfirmChange } from '@/features/frame/confirm-change.tsx'
import { trustCalls, useTrustChange } from './use-trusts.ts'

type Props = { project: string | null; trust: Schemas['IdentityTrust']; onClose: () => void }

export default function DeleteTrust({ project, trust: { id, name, robot_name }, onClose }: Props) {
  const t = useTranslations('identityTrusts.delete')
  const remove = useTrustChange(() => trustCalls(project).remove(id))
  return (
    <ConfirmChange
      change={remove}
      input={undefined}
      title={t('title', { name })}
      confirmLabel={t('confirm')}
      done={t('done', { name })}
      onClose={onClose}
    >
      <p>{t('lost', { robot: robot_name })}</p>
    </ConfirmChange>
  )
}
