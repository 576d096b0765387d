'use client'
import { Badge, cx, Status, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { SettingText, SettingTick } from '@/features/configurations/setting-fields.tsx'
import { SettingsForm } from '@/features/configurations/settings-form.tsx'
import { type Settings, useSettings } from '@/features/configurations/use-settings.ts'
import { Section } from '@/features/frame/section.tsx'

const keys = ['auth_mode', 'primary_auth_mode', 'self_registration', 'session_timeout'] as const
const modes = ['db_auth', 'ldap_auth', 'oidc_auth'] as const
type Mode = (typeof modes)[number]

/** The setting without which a source cannot be used, and the page that holds it. */
const needs: Partial<Record<Mode, { key: string; href: string }>> = {
  ldap_auth: { key: 'ldap_url', href: '/configurations/ldap' },
  oidc_auth: { key: 'oidc_endpoint', href: '/configurations/oidc' },
}

/** Where new people come from. Those with a local password can sign in whatever is chosen. */
export function SignInSettings() {
  const t = useTranslations('authentication.signIn')
  const settings = useSettings(keys)
  const offered = modes.filter((mode) => mode === 'db_auth' || settings.has(needs[mode]!.key))
  return (
    <div className="max-w-180">
      <SettingsForm settings={settings} labelOf={(key) => t(key === 'session_timeout' ? 'timeout' : 'mode')}>
        <Section title={t('mode')} description={t('modeHelp')}>
          <fieldset className="flex flex-col gap-2">
            <legend className="sr-only">{t('mode')}</legend>
            {offered.map((mode) => (
              <ModeChoice key={mode} mode={mode} settings={settings} />
            ))}
          </fieldset>
        </Section>
        {settings.value('auth_mode') === 'db_auth' && (
          <Section title={t('registration')}>
            <SettingTick
              settings={settings}
              name="self_registration"
              label={t('selfRegistration')}
              help={t('selfRegistrationHelp')}
            />
          </Section>
        )}
        <Section title={t('sessions')}>
          <SettingText
            settings={settings}
            name="session_timeout"
            label={t('timeout')}
            help={t('timeoutHelp')}
            inputMode="numeric"
            required
          />
        </Section>
        {settings.value('auth_mode') === 'oidc_auth' && !settings.fixed('primary_auth_mode') && (
          <Section title={t('page')}>
            <SettingTick
              settings={settings}
              name="primary_auth_mode"
              label={t('primary')}
              help={t('primaryHelp')}
            />
          </Section>
        )}
      </SettingsForm>
    </div>
  )
}

function ModeChoice({ mode, settings }: { mode: Mode; settings: Settings }) {
  const t = useTranslations('authentication.signIn')
  const { Link } = useUi()
  const need = needs[mode]
  const ready = !need || (settings.storedValue(need.key) ?? '') !== ''
  const chosen = settings.value('auth_mode') === mode
  const id = `mode-${mode}`
  return (
    <div
      className={cx(
        'flex items-start gap-3 rounded-md border p-3',
        chosen ? 'border-accent bg-accent-soft' : 'border-line',
      )}
    >
      <input
        type="radio"
        id={id}
        name="auth_mode"
        className="mt-0.5 size-4 shrink-0 accent-accent"
        checked={chosen}
        disabled={settings.fixed('auth_mode') || !ready}
        aria-describedby={`${id}-help`}
        onChange={() => settings.set({ auth_mode: mode })}
      />
      <div className="min-w-0 flex-1">
        <label htmlFor={id} className="text-14 font-medium">
          {t(`modes.${mode}`)}
        </label>
        <p id={`${id}-help`} className="text-13 text-ink-2">
          {t(`modeHelps.${mode}`)}
        </p>
        {need && (
          <Link href={need.href} className="mt-1 inline-block rounded-md text-13 text-accent underline">
            {t(ready ? 'toSettings' : 'setUp')}
          </Link>
        )}
      </div>
      {settings.storedValue('auth_mode') === mode ? (
        <Status tone="good">{t('current')}</Status>
      ) : (
        !ready && <Badge>{t('missing')}</Badge>
      )}
    </div>
  )
}
