'use client'
import type { Schemas } from '@berth/contract'
import { ConfirmDialog, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'

type Props = { queue: Schemas['JobQueue']; name: string; onClose: () => void }

/** Says what becomes of the work that waits before it is ended. */
export default function StopWaiting({ queue: { job_type, count = 0 }, name, onClose }: Props) {
  const t = useTranslations('jobQueues')
  const notify = useNotify()
  const stop = useApiMutation('actionPendingJobs', ['listJobQueues', 'getWorkers'])
  const confirm = () =>
    stop.mutate(
      { path: { job_type: job_type! }, body: { action: 'stop' } },
      {
        onSuccess: () => {
          notify('good', t('done.stop', { name }))
          onClose()
        },
      },
    )
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('stopTitle', { count, name })}
      confirmLabel={t('stop')}
      busy={stop.isPending}
      onConfirm={confirm}
      error={<ProblemBanner error={stop.error} />}
    >
      <p>{t('stopHelp')}</p>
      {job_type === 'WEBHOOK' && <p>{t('stopWebhooks')}</p>}
    </ConfirmDialog>
  )
}
