'use client'
import type { Schemas } from '@berth/contract'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { ConfirmChange } from '@/features/frame/confirm-change.tsx'

type Props = { failure: Schemas['EventFailure']; subscriber: string; onClose: () => void }

/** Asks first: whoever could not take the event never hears of it again. */
export function DiscardFailure({ failure: { id, type, subject }, subscriber, onClose }: Props) {
  const t = useTranslations('eventFailures')
  const discard = useApiMutation('discardEventFailure', ['listEventFailures'])
  return (
    <ConfirmChange
      change={discard}
      input={{ path: { event_failure_id: id } }}
      title={t('discardTitle')}
      confirmLabel={t('discard')}
      done={t('discarded')}
      onClose={onClose}
    >
      <p className="flex flex-col">
        <code className="font-mono text-13 break-all">{type}</code>
        <span className="text-13 break-all text-ink-2">{subject}</span>
      </p>
      <p>{t('discardHelp', { subscriber })}</p>
    </ConfirmChange>
  )
}
