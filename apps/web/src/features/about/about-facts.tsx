'use client'
import { ButtonLink, Reference } from '@berth/ui'
import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { AfterLoad } from '@/features/frame/after-load.tsx'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { useViewer } from '@/features/frame/providers.tsx'
import { Section } from '@/features/frame/section.tsx'
import { HealthList } from '@/features/health/health-list.tsx'

// Not part of the page's first load.
const FailureList = dynamic(() => import('@/features/event-failures/failure-list.tsx'))

export function AboutFacts() {
  const viewer = useViewer()
  const t = useTranslations('about')
  const info = useApiQuery('getSystemInfo', {})
  const system = info.data?.data
  const host = system?.registry_url
  const accounts = system?.auth_mode
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <Section title={t('version')}>
        <ProblemBanner error={info.error} />
        <Facts>
          {system?.harbor_version && <Fact name={t('versionOf')}>{system.harbor_version}</Fact>}
          {host && (
            <Fact name={t('address')}>
              <Reference repository={host} />
              <span className="block text-12 text-ink-3">{t('addressHelp')}</span>
            </Fact>
          )}
          {accounts && (
            <Fact name={t('signInKind')}>
              {accounts === 'db_auth' ? t('localAccounts') : t('otherAccounts', { kind: accounts })}
            </Fact>
          )}
        </Facts>
      </Section>
      <HealthList />
      <Section title={t('api')} description={t('apiHelp')}>
        <p className="mb-3 text-13">{t('compatible')}</p>
        <ButtonLink href="/api-reference" icon="code">
          {t('apiLink')}
        </ButtonLink>
      </Section>
      <Section title={t('license')}>
        <p className="text-13">{t('licenseText')}</p>
      </Section>
      {viewer?.sysadmin_flag && (
        <AfterLoad>
          <div className="md:col-span-2">
            <FailureList />
          </div>
        </AfterLoad>
      )}
    </div>
  )
}
