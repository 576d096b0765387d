'use client'
import { useTranslations } from 'next-intl'
import { Section } from '@/features/frame/section.tsx'
import { SettingChoice, SettingText } from './setting-fields.tsx'
import { SettingsForm } from './settings-form.tsx'
import { useSettings } from './use-settings.ts'

const keys = [
  'project_creation_restriction',
  'token_expiration',
  'robot_token_duration',
  'robot_name_prefix',
] as const

/** Who makes projects, and how long what tools are given lasts. */
export function GeneralSettings() {
  const t = useTranslations('configurations.general')
  const settings = useSettings(keys)
  const field = (name: (typeof keys)[number]) => ({
    settings,
    name,
    label: t(`${name}.label`),
    help: t(`${name}.help`),
  })
  return (
    <div className="max-w-180">
      <SettingsForm settings={settings} labelOf={(key) => t(`${key as (typeof keys)[number]}.label`)}>
        <Section title={t('projects')}>
          <SettingChoice
            {...field('project_creation_restriction')}
            options={(['everyone', 'adminonly'] as const).map((value) => ({ value, label: t(value) }))}
          />
        </Section>
        <Section title={t('tokens')}>
          <div className="flex flex-col gap-4">
            <SettingText {...field('token_expiration')} inputMode="numeric" required />
            <SettingText {...field('robot_token_duration')} inputMode="numeric" required />
            <SettingText {...field('robot_name_prefix')} mono required />
          </div>
        </Section>
      </SettingsForm>
    </div>
  )
}
