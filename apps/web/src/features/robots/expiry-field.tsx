'use client'
import { SelectField, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { dayChoices, FOR_EVER, fieldIds } from './robot-draft.ts'

type Props = {
  value: string
  onChange: (days: string) => void
  help: ReactNode
  error: string | undefined
}

/** The usual durations, or any number of days. */
export function ExpiryField({ value, onChange, help, error }: Props) {
  const t = useTranslations('robots.expiry')
  const usual = dayChoices.some((days) => days === value)
  const [other, setOther] = useState(!usual)
  return (
    <div className="flex flex-wrap items-start gap-2">
      <SelectField
        id={other ? undefined : fieldIds.days}
        label={t('label')}
        help={other ? undefined : help}
        value={other ? 'other' : value}
        onChange={(event) => {
          setOther(event.target.value === 'other')
          if (event.target.value !== 'other') onChange(event.target.value)
          else if (value === FOR_EVER) onChange('')
        }}
        options={[
          ...dayChoices.map((days) => ({
            value: days,
            label: days === FOR_EVER ? t('never') : t('days', { count: Number(days) }),
          })),
          { value: 'other', label: t('other') },
        ]}
      />
      {other && (
        <div className="max-w-60 min-w-32 flex-1">
          <TextField
            id={fieldIds.days}
            label={t('number')}
            help={help}
            error={error}
            inputMode="numeric"
            autoComplete="off"
            value={value}
            onChange={(event) => onChange(event.target.value.trim())}
          />
        </div>
      )}
    </div>
  )
}
