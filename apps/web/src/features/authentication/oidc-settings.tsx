'use client'
import { CopyButton } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { lazy, Suspense } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import {
  SettingCertificates,
  SettingSecret,
  SettingText,
  SettingTick,
} from '@/features/configurations/setting-fields.tsx'
import { SettingsForm } from '@/features/configurations/settings-form.tsx'
import { useSettings } from '@/features/configurations/use-settings.ts'
import { Section } from '@/features/frame/section.tsx'
import { type OidcKey, oidcExamples, oidcKeys } from './oidc-keys.ts'

const OidcPing = lazy(() => import('./oidc-ping.tsx'))

/** The provider of single sign-on: where it is, who we are there, whom it sends. */
export function OidcSettings() {
  const t = useTranslations('authentication.oidc')
  const settings = useSettings(oidcKeys)
  const field = (name: OidcKey) => ({ settings, name, label: t(`labels.${name}`), help: t(`helps.${name}`) })
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,380px)]">
      <SettingsForm settings={settings} labelOf={(key) => t(`labels.${key as OidcKey}`)}>
        <Section title={t('provider')} description={t('providerHelp')}>
          <div className="flex max-w-140 flex-col gap-4">
            <SettingText {...field('oidc_name')} />
            <SettingText
              {...field('oidc_endpoint')}
              mono
              inputMode="url"
              placeholder={oidcExamples.oidc_endpoint}
            />
            <SettingText {...field('oidc_client_id')} mono />
            <SettingSecret
              {...field('oidc_client_secret')}
              stored={(settings.storedValue('oidc_client_id') ?? '') !== ''}
            />
            <SettingText {...field('oidc_scope')} mono placeholder={oidcExamples.oidc_scope} />
            <SettingTick {...field('oidc_verify_cert')} />
            <SettingCertificates {...field('oidc_ca')} />
            <SettingText
              {...field('oidc_extra_redirect_parms')}
              mono
              placeholder={oidcExamples.oidc_extra_redirect_parms}
            />
          </div>
        </Section>
        <Section title={t('people')} description={t('peopleHelp')}>
          <div className="flex max-w-140 flex-col gap-4">
            <SettingText {...field('oidc_user_claim')} mono placeholder={oidcExamples.oidc_user_claim} />
            <SettingTick {...field('oidc_auto_onboard')} />
            <SettingTick {...field('oidc_logout')} />
          </div>
        </Section>
        <Section title={t('groups')} description={t('groupsHelp')}>
          <div className="flex max-w-140 flex-col gap-4">
            <SettingText {...field('oidc_groups_claim')} mono placeholder={oidcExamples.oidc_groups_claim} />
            <SettingText {...field('oidc_group_filter')} mono placeholder={oidcExamples.oidc_group_filter} />
            <SettingText {...field('oidc_admin_group')} mono />
          </div>
        </Section>
      </SettingsForm>
      <div className="flex flex-col gap-4 lg:sticky lg:top-16">
        <RedirectUri logout={settings.value('oidc_logout') === true} />
        <Suspense>
          <OidcPing
            url={String(settings.value('oidc_endpoint'))}
            verifyCert={settings.value('oidc_verify_cert') === true}
          />
        </Suspense>
      </div>
    </div>
  )
}

/** What must be written down at the provider before the first sign-in. */
function RedirectUri({ logout }: { logout: boolean }) {
  const t = useTranslations('authentication.oidc')
  const base = useApiQuery('getSystemInfo', {}).data?.data.external_url?.replace(/\/$/, '')
  if (!base) return null
  return (
    <Section title={t('atProvider')} description={t('atProviderHelp')}>
      <dl className="flex flex-col gap-3">
        <Address name={t('redirect')} uri={`${base}/c/oidc/callback`} copy={t('redirectCopy')} />
        {logout && <Address name={t('afterLogout')} uri={`${base}/projects`} copy={t('afterLogoutCopy')} />}
      </dl>
    </Section>
  )
}

function Address({ name, uri, copy }: { name: string; uri: string; copy: string }) {
  return (
    <div>
      <dt className="text-13 font-medium">{name}</dt>
      <dd className="flex items-start gap-2">
        <code className="min-w-0 flex-1 py-0.5 font-mono text-13 break-all">{uri}</code>
        <CopyButton text={uri} label={copy} />
      </dd>
    </div>
  )
}
