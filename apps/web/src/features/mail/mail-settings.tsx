'use client'
import { useTranslations } from 'next-intl'
import { lazy, Suspense } from 'react'
import {
  SettingCertificates,
  SettingChoice,
  SettingSecret,
  SettingText,
  SettingTick,
} from '@/features/configurations/setting-fields.tsx'
import { SettingsForm } from '@/features/configurations/settings-form.tsx'
import { useSettings } from '@/features/configurations/use-settings.ts'
import { Section } from '@/features/frame/section.tsx'

const TestMail = lazy(() => import('./test-mail.tsx'))

const keys = [
  'smtp_host',
  'smtp_port',
  'smtp_security',
  'smtp_verify_cert',
  'smtp_ca',
  'smtp_user',
  'smtp_password',
  'smtp_from',
] as const
type Key = (typeof keys)[number]
// Names in addresses are the same in every language.
const examples = { host: 'smtp.example.com', from: 'berth@example.com' }

/** The server that mails to people go to. */
export function MailSettings() {
  const t = useTranslations('mail')
  const settings = useSettings(keys)
  const field = (name: Key) => ({ settings, name, label: t(`labels.${name}`), help: t(`helps.${name}`) })
  const ready = settings.storedValue('smtp_host') !== '' && settings.storedValue('smtp_from') !== ''
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,380px)]">
      <SettingsForm settings={settings} labelOf={(key) => t(`labels.${key as Key}`)}>
        <Section title={t('server')} description={t('serverHelp')}>
          <div className="flex max-w-140 flex-col gap-4">
            <SettingText {...field('smtp_host')} mono placeholder={examples.host} />
            <SettingText {...field('smtp_port')} inputMode="numeric" required />
            <SettingChoice
              {...field('smtp_security')}
              options={(['starttls', 'tls', 'none'] as const).map((value) => ({
                value,
                label: t(`securities.${value}`),
              }))}
            />
            <SettingTick {...field('smtp_verify_cert')} />
            <SettingCertificates {...field('smtp_ca')} />
          </div>
        </Section>
        <Section title={t('account')} description={t('accountHelp')}>
          <div className="flex max-w-140 flex-col gap-4">
            <SettingText {...field('smtp_from')} mono placeholder={examples.from} />
            <SettingText {...field('smtp_user')} mono />
            <SettingSecret
              {...field('smtp_password')}
              stored={(settings.storedValue('smtp_user') ?? '') !== ''}
            />
          </div>
        </Section>
      </SettingsForm>
      <div className="lg:sticky lg:top-16">
        <Suspense>
          <TestMail ready={ready} unsaved={settings.dirty} />
        </Suspense>
      </div>
    </div>
  )
}
