'use client'
import { Button, ButtonLink } from '@berth/ui'
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
import { type LdapKey, ldapExamples, ldapKeys, ldapPresets } from './ldap-keys.ts'

const HeldPeople = lazy(() => import('./held-people.tsx'))
const LdapCheck = lazy(() => import('./ldap-check.tsx'))

/** The directory: where it is, who searches, who is a person, what is a group. Beside the fields it can be tried. */
export function LdapSettings() {
  const t = useTranslations('authentication.ldap')
  const settings = useSettings(ldapKeys)
  const field = (name: LdapKey) => ({ settings, name, label: t(`labels.${name}`), help: t(`helps.${name}`) })
  const scopes = (['2', '1', '0'] as const).map((value) => ({ value, label: t(`scopes.${value}`) }))
  return (
    <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_minmax(0,380px)]">
      <Suspense>
        <HeldPeople />
      </Suspense>
      <SettingsForm settings={settings} labelOf={(key) => t(`labels.${key as LdapKey}`)}>
        <div className="flex flex-wrap items-center gap-2 text-13 text-ink-2">
          {t('preset')}
          {(['openLdap', 'activeDirectory'] as const).map((preset) => (
            <Button key={preset} size="sm" onClick={() => settings.set(ldapPresets[preset])}>
              {t(`presets.${preset}`)}
            </Button>
          ))}
        </div>
        <Section title={t('server')} description={t('serverHelp')}>
          <div className="flex max-w-140 flex-col gap-4">
            <SettingText {...field('ldap_url')} mono inputMode="url" placeholder={ldapExamples.ldap_url} />
            <SettingTick {...field('ldap_start_tls')} />
            <SettingTick {...field('ldap_verify_cert')} />
            <SettingCertificates {...field('ldap_ca')} />
            <SettingText {...field('ldap_timeout')} inputMode="numeric" />
            <SettingTick {...field('ldap_follow_referrals')} />
          </div>
        </Section>
        <Section title={t('account')} description={t('accountHelp')}>
          <div className="flex max-w-140 flex-col gap-4">
            <SettingText {...field('ldap_search_dn')} mono placeholder={ldapExamples.ldap_search_dn} />
            <SettingSecret
              {...field('ldap_search_password')}
              stored={(settings.storedValue('ldap_search_dn') ?? '') !== ''}
            />
          </div>
        </Section>
        <Section title={t('people')} description={t('peopleHelp')}>
          <div className="flex max-w-140 flex-col gap-4">
            <SettingText {...field('ldap_base_dn')} mono placeholder={ldapExamples.ldap_base_dn} />
            <SettingChoice {...field('ldap_scope')} options={scopes} />
            <SettingText {...field('ldap_filter')} mono placeholder={ldapExamples.ldap_filter} />
            <SettingText {...field('ldap_uid')} mono placeholder={ldapExamples.ldap_uid} />
            <SettingText
              {...field('ldap_login_attributes')}
              mono
              placeholder={ldapExamples.ldap_login_attributes}
            />
          </div>
        </Section>
        <Section title={t('groups')} description={t('groupsHelp')}>
          <div className="flex max-w-140 flex-col gap-4">
            <SettingText
              {...field('ldap_group_base_dn')}
              mono
              placeholder={ldapExamples.ldap_group_base_dn}
            />
            <SettingChoice {...field('ldap_group_search_scope')} options={scopes} />
            <SettingText
              {...field('ldap_group_search_filter')}
              mono
              placeholder={ldapExamples.ldap_group_search_filter}
            />
            <SettingText
              {...field('ldap_group_attribute_name')}
              mono
              placeholder={ldapExamples.ldap_group_attribute_name}
            />
            <SettingChoice
              {...field('ldap_group_source')}
              options={(['member_of', 'member', 'both'] as const).map((value) => ({
                value,
                label: t(`sources.${value}`),
              }))}
            />
            {settings.value('ldap_group_source') !== 'member' && (
              <SettingText
                {...field('ldap_group_membership_attribute')}
                mono
                placeholder={ldapExamples.ldap_group_membership_attribute}
              />
            )}
            {settings.value('ldap_group_source') !== 'member_of' && (
              <SettingText
                {...field('ldap_group_member_attributes')}
                mono
                placeholder={ldapExamples.ldap_group_member_attributes}
              />
            )}
            <SettingChoice
              {...field('ldap_group_nested')}
              options={(['none', 'walk', 'in_chain'] as const).map((value) => ({
                value,
                label: t(`nesting.${value}`),
              }))}
            />
            <SettingText
              {...field('ldap_group_admin_dn')}
              mono
              placeholder={ldapExamples.ldap_group_admin_dn}
            />
          </div>
        </Section>
        <Section title={t('refresh')} description={t('refreshHelp')}>
          <div className="flex max-w-140 flex-col gap-4">
            <SettingText {...field('ldap_refresh_interval')} inputMode="numeric" />
            <SettingText {...field('ldap_missing_hold_hours')} inputMode="numeric" />
          </div>
        </Section>
      </SettingsForm>
      <div className="flex flex-col gap-4 lg:sticky lg:top-16">
        <Suspense>
          <LdapCheck changes={settings.changes} />
        </Suspense>
        <Section title={t('import')} description={t('importHelp')}>
          <ButtonLink href="/users/import" icon="people">
            {t('toImport')}
          </ButtonLink>
        </Section>
      </div>
    </div>
  )
}
