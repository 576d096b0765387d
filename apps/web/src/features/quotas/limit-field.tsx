'use client'
import { Checkbox, Select, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { byteUnits, type LimitDraft } from './byte-amount.ts'

type Props = {
  label: string
  help?: string
  value: LimitDraft
  onChange: (value: LimitDraft) => void
  /** True when the amount is no amount and somebody tried to save it. */
  invalid: boolean
}

/** An amount with its unit, or no limit at all. */
export function LimitField({ label, help, value, onChange, invalid }: Props) {
  const t = useTranslations('quotas.limit')
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-13 font-medium">{label}</legend>
      <Checkbox
        label={t('unlimited')}
        checked={value.unlimited}
        onChange={(event) => onChange({ ...value, unlimited: event.target.checked })}
      />
      {!value.unlimited && (
        <div className="flex items-start gap-2">
          <div className="w-40">
            <TextField
              label={t('amount')}
              inputMode="decimal"
              autoComplete="off"
              value={value.amount}
              error={invalid ? t('invalid') : undefined}
              onChange={(event) => onChange({ ...value, amount: event.target.value })}
            />
          </div>
          <div className="pt-6">
            <Select
              aria-label={t('unit')}
              value={value.unit}
              onChange={(event) => onChange({ ...value, unit: event.target.value as LimitDraft['unit'] })}
              options={byteUnits.map((unit) => ({ value: unit, label: unit }))}
            />
          </div>
        </div>
      )}
      {help && <p className="text-12 text-ink-3">{help}</p>}
    </fieldset>
  )
}
