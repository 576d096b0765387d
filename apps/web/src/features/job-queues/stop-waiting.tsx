'use client'
import type { Schemas } from '@berth/contract'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { ConfirmChange } from '@/features/frame/confirm-change.tsx'

type Props = { queue: Schemas['JobQueue']; name: string; onClose: () => void }

/** Says what becomes of the work that waits before it is ended. */
export default function StopWaiting({ queue: { job_type, count = 0 }, name, onClose }: Props) {
  const t = useTranslations('jobQueues')
  const stop = useApiMutation('actionPendingJobs', ['listJobQueues', 'getWorkers'])
  return (
    <ConfirmChange
      change={stop}
      input={{ path: { job_type: job_type! }, body: { action: 'stop' } }}
      title={t('stopTitle', { count, name })}
      confirmLabel={t('stop')}
      done={t('done.stop', { name })}
      onClose={onClose}
    >
      <p>{t('stopHelp')}</p>
      {job_type === 'WEBHOOK' && <p>{t('stopWebhooks')}</p>}
    </ConfirmChange>
  )
}
