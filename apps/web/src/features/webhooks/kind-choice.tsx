'use client'
import { useTranslations } from 'next-intl'
import type { WebhookDraft } from './policy-draft.ts'

type Props = { draft: WebhookDraft; onChange: (changes: Partial<WebhookDraft>) => void }

/** What is sent, and in which form; each choice says what it is. */
export function KindChoice({ draft, onChange }: Props) {
  const t = useTranslations('webhooks.form')
  const choices = [
    { key: 'default', changes: { kind: 'http', format: 'Default' } },
    { key: 'cloudEvents', changes: { kind: 'http', format: 'CloudEvents' } },
    { key: 'slack', changes: { kind: 'slack', format: 'Default' } },
  ] as const
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-13 font-medium">{t('kind')}</legend>
      {choices.map(({ key, changes }) => (
        <div key={key} className="flex items-start gap-2">
          <input
            type="radio"
            name="webhook-kind"
            id={`webhook-kind-${key}`}
            aria-describedby={`webhook-kind-${key}-help`}
            className="mt-0.5 size-4 accent-accent"
            checked={
              draft.kind === changes.kind && (changes.kind === 'slack' || draft.format === changes.format)
            }
            onChange={() => onChange(changes)}
          />
          <span className="flex flex-col">
            <label htmlFor={`webhook-kind-${key}`} className="text-13">
              {t(`kinds.${key}.name`)}
            </label>
            <span id={`webhook-kind-${key}-help`} className="text-12 text-ink-3">
              {t(`kinds.${key}.help`)}
            </span>
          </span>
        </div>
      ))}
    </fieldset>
  )
}
