'use client'
import { Checkbox, SelectField, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { CertificatesField } from '@/features/frame/certificates-field.tsx'
import { REMOVED } from './settings-draft.ts'
import type { Settings } from './use-settings.ts'

type Field = { settings: Settings; name: string; label: string; help?: string }

/** Where the error summary finds a setting's field. */
export const fieldIdOf = (name: string): string => `setting-${name}`

function useField({ settings, name, label, help }: Field) {
  const t = useTranslations('configurations.form')
  return {
    id: fieldIdOf(name),
    name,
    label,
    help,
    value: String(settings.value(name)),
    disabled: settings.fixed(name),
    error: settings.refused === name ? t('refused') : undefined,
    onChange: (event: { target: { value: string } }) => settings.set({ [name]: event.target.value }),
  }
}

type TextProps = Field & {
  placeholder?: string
  mono?: boolean
  inputMode?: 'numeric' | 'url'
  required?: boolean
}

export function SettingText({ mono, placeholder, inputMode, required, ...field }: TextProps) {
  return (
    <TextField
      {...useField(field)}
      placeholder={placeholder}
      inputMode={inputMode}
      required={required}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      className={mono ? 'font-mono text-13' : undefined}
    />
  )
}

/** What is stored never comes back; an empty field leaves it as it is, unless it is to be removed. */
export function SettingSecret({ stored, ...field }: Field & { stored: boolean }) {
  const t = useTranslations('configurations.form')
  const { settings, name, label } = field
  const wiring = useField(field)
  const removed = settings.removed(name)
  return (
    <div className="flex flex-col gap-2">
      <TextField
        {...wiring}
        disabled={wiring.disabled || removed}
        type="password"
        autoComplete="new-password"
        placeholder={stored && !removed ? t('secretStored') : undefined}
      />
      {stored && (
        <Checkbox
          label={t('secretRemove', { name: label })}
          checked={removed}
          disabled={wiring.disabled}
          onChange={(event) => settings.set({ [name]: event.target.checked ? REMOVED : '' })}
        />
      )}
    </div>
  )
}

export const SettingCertificates = (field: Field) => <CertificatesField {...useField(field)} />

export function SettingChoice({
  options,
  ...field
}: Field & { options: { value: string; label: string }[] }) {
  return <SelectField {...useField(field)} options={options} />
}

export function SettingTick({ settings, name, label, help }: Field) {
  return (
    <Checkbox
      label={label}
      help={help}
      name={name}
      checked={settings.value(name) === true}
      disabled={settings.fixed(name)}
      onChange={(event) => settings.set({ [name]: event.target.checked })}
    />
  )
}
