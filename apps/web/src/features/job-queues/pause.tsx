'use client'
import type { Schemas } from '@berth/contract'
import { Button, Status, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { useProblem } from '@/features/frame/problem.tsx'

type Queue = Schemas['JobQueue']

export function QueueState({ paused, running = 0 }: Queue) {
  const t = useTranslations('jobQueues')
  if (paused) return <Status tone="warn">{t('states.paused')}</Status>
  return (
    <Status tone={running > 0 ? 'accent' : 'good'}>{t(running > 0 ? 'states.busy' : 'states.ready')}</Status>
  )
}

/** Pauses a queue or lets it go on; that hurts nobody and is undone by the same button, so nothing is asked first. */
export function PauseButton({ queue, name }: { queue: Queue; name: string }) {
  const t = useTranslations('jobQueues')
  const notify = useNotify()
  const describe = useProblem()
  const change = useApiMutation('actionPendingJobs', ['listJobQueues'])
  const action = queue.paused ? 'resume' : 'pause'
  return (
    <Button
      size="sm"
      busy={change.isPending}
      onClick={() =>
        change.mutate(
          { path: { job_type: queue.job_type! }, body: { action } },
          {
            onSuccess: () => notify('good', t(`done.${action}`, { name })),
            onError: (error) => notify('bad', `${describe(error).title}. ${describe(error).detail}`),
          },
        )
      }
    >
      {t(action)}
      <span className="sr-only"> {name}</span>
    </Button>
  )
}
