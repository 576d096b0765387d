'use client'
import type { Schemas } from '@berth/contract'
import { ConfirmDialog, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'

type Props = { failure: Schemas['EventFailure']; subscriber: string; onClose: () => void }

/** Asks first: whoever could not take the event never hears of it again. */
export function DiscardFailure({ failure: { id, type, subject }, subscriber, onClose }: Props) {
  const t = useTranslations('eventFailures')
  const notify = useNotify()
  const discard = useApiMutation('discardEventFailure', ['listEventFailures'])
  const confirm = () =>
    discard.mutate(
      { path: { event_failure_id: id } },
      {
        onSuccess: () => {
          notify('good', t('discarded'))
          onClose()
        },
      },
    )
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('discardTitle')}
      confirmLabel={t('discard')}
      busy={discard.isPending}
      onConfirm={confirm}
      error={<ProblemBanner error={discard.error} />}
    >
      <p className="flex flex-col">
        <code className="font-mono text-13 break-all">{type}</code>
        <span className="text-13 break-all text-ink-2">{subject}</span>
      </p>
      <p>{t('discardHelp', { subscriber })}</p>
    </ConfirmDialog>
  )
}
