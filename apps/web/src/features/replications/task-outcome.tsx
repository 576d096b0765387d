import type { Schemas } from '@berth/contract'
import { Status, Time, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { outcomeOf } from './outcome.ts'
import { Why } from './why.tsx'

/** What became of a task: what it came to or its state, why, and when it is tried again. */
export function TaskOutcome({ task }: { task: Schemas['ReplicationTask'] }) {
  const t = useTranslations('replications')
  const { nowMs } = useUi()
  const { tone, outcome, status } = outcomeOf(task)
  const isDue = task.next_attempt_at !== undefined && Date.parse(task.next_attempt_at) <= nowMs
  return (
    <span className="flex min-w-0 flex-col items-start gap-1 py-1.5 max-sm:py-0">
      <Status tone={tone}>{outcome ? t(`outcomes.${outcome}`) : t(`statuses.${status}`)}</Status>
      {task.next_attempt_at && (
        <span className="text-12 text-ink-2">
          {isDue ? (
            t('tasks.due')
          ) : (
            <>
              {t('tasks.again')} <Time at={task.next_attempt_at} come />
            </>
          )}
        </span>
      )}
      <Why code={task.reason_code} sentence={task.status_text} />
    </span>
  )
}
