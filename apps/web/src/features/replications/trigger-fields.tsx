'use client'
import { TextField, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { cronProblem, nextTimes } from './cron-times.ts'
import { policyFieldIds } from './policy-draft.ts'
import type { FieldsProps } from './policy-form.tsx'
import { RadioChoice } from './radio-choice.tsx'
import { usePolicyWords } from './use-policy-words.ts'

const SHOWN = 3
const usual = ['0 0 * * * *', '0 0 2 * * *', '0 0 2 * * 1'] as const

/** When it runs. */
export function TriggerFields({ draft, change, errorOf }: FieldsProps) {
  const t = useTranslations('replications.form')
  const words = usePolicyWords()
  const pulls = draft.direction === 'pull'
  return (
    <>
      <RadioChoice
        name={policyFieldIds.trigger}
        legend={t('trigger')}
        value={draft.trigger}
        onChange={(trigger) => change({ trigger })}
        error={errorOf(policyFieldIds.trigger)}
        choices={[
          { value: 'manual', label: t('triggers.manual'), help: t('triggers.manualHelp') },
          { value: 'scheduled', label: t('triggers.scheduled'), help: t('triggers.scheduledHelp') },
          {
            value: 'event_based',
            label: t('triggers.event_based'),
            help: t(pulls ? 'triggers.eventsNotHere' : 'triggers.event_basedHelp'),
            disabled: pulls,
          },
        ]}
      />
      {draft.trigger === 'scheduled' && (
        <div className="flex flex-col gap-2">
          <TextField
            id={policyFieldIds.cron}
            label={t('cron')}
            help={t('cronHelp')}
            error={errorOf(policyFieldIds.cron)}
            value={draft.cron}
            onChange={(event) => change({ cron: event.target.value })}
            list="policy-crons"
            autoComplete="off"
            spellCheck={false}
            maxLength={128}
            className="font-mono text-13"
          />
          <datalist id="policy-crons">
            {usual.map((cron) => (
              <option key={cron} value={cron}>
                {words.schedule(cron)}
              </option>
            ))}
          </datalist>
          <NextTimes cron={draft.cron} />
        </div>
      )}
    </>
  )
}

/** The schedule in words and its next times, in the person's own zone beside UTC's. */
function NextTimes({ cron }: { cron: string }) {
  const t = useTranslations('replications.form')
  const words = usePolicyWords()
  const { nowMs, locale } = useUi()
  const times = cronProblem(cron, nowMs) ? undefined : nextTimes(cron, nowMs, SHOWN)
  if (!times) return null
  const format = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
    timeZone: 'UTC',
  })
  return (
    <div role="status" className="rounded-md bg-sunken px-3 py-2 text-13">
      <p>{words.schedule(cron)}</p>
      <p className="text-ink-2">
        {t('nextTimes', { times: times.map((at) => format.format(at)).join(' · ') })}
      </p>
    </div>
  )
}
