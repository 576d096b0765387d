'use client'
import { cx } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { presetNames, presetOf, presets } from './permission-catalog.ts'

type Props = { value: ReadonlySet<string>; onChange: (value: Set<string>) => void }

/** The usual lists of rights at one press; the pressed one is the list as it stands. */
export function PresetChoice({ value, onChange }: Props) {
  const t = useTranslations('robots.presets')
  const current = presetOf(value)
  return (
    <fieldset className="flex flex-wrap items-center gap-2">
      <legend className="sr-only">{t('label')}</legend>
      {presetNames.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === current}
          onClick={() => onChange(new Set(presets[name]))}
          className={cx(
            'h-8 rounded-md border px-3 text-13',
            name === current
              ? 'border-accent bg-accent-soft font-medium text-accent'
              : 'border-line-strong bg-surface text-ink hover:bg-hover',
          )}
        >
          {t(name)}
        </button>
      ))}
      {current === undefined && value.size > 0 && (
        <span className="text-13 text-ink-3">{t('custom', { count: value.size })}</span>
      )}
    </fieldset>
  )
}
