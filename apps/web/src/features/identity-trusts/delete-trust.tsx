'use client'
import type { Schemas } from '@berth/contract'
import { ConfirmDialog, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { trustCalls, useTrustChange } from './use-trusts.ts'

type Props = { project: string | null; trust: Schemas['IdentityTrust']; onClose: () => void }

export default function DeleteTrust({ project, trust: { id, name, robot_name }, onClose }: Props) {
  const t = useTranslations('identityTrusts.delete')
  const notify = useNotify()
  const remove = useTrustChange(() => trustCalls(project).remove(id))
  const confirm = () =>
    remove.mutate(undefined, {
      onSuccess: () => {
        notify('good', t('done', { name }))
        onClose()
      },
    })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('title', { name })}
      confirmLabel={t('confirm')}
      busy={remove.isPending}
      onConfirm={confirm}
      error={<ProblemBanner error={remove.error} />}
    >
      <p>{t('lost', { robot: robot_name })}</p>
    </ConfirmDialog>
  )
}
