'use client'
import { Checkbox } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { projectInput } from '@/features/projects/project-input.ts'
import { webhookFieldIds } from './policy-draft.ts'
import { useEventWords } from './use-event-words.ts'

type Props = {
  project: string
  value: string[]
  onChange: (value: string[]) => void
  error: string | undefined
}

/** Which events are told. One that a client set and that cannot happen here stays, and can be taken off. */
export function EventChoice({ project, value, onChange, error }: Props) {
  const t = useTranslations('webhooks.form')
  const words = useEventWords()
  const offered = useApiQuery('GetSupportedEventTypes', projectInput(project)).data?.data.event_type ?? []
  const all = [...offered, ...value.filter((event) => !offered.includes(event))]
  return (
    <fieldset id={webhookFieldIds.events} tabIndex={-1} className="flex flex-col gap-2">
      <legend className="mb-1 text-13 font-medium">{t('events')}</legend>
      {all.map((event) => (
        <Checkbox
          key={event}
          label={words.name(event)}
          help={words.help(event)}
          checked={value.includes(event)}
          onChange={(change) =>
            onChange(all.filter((one) => (one === event ? change.target.checked : value.includes(one))))
          }
        />
      ))}
      {error && <p className="text-13 text-bad">{error}</p>}
    </fieldset>
  )
}
