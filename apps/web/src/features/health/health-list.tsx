'use client'
import { Banner, Status } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'

/** Every part of the installation and whether it works. */
export function HealthList({ pollMs }: { pollMs?: number }) {
  const t = useTranslations('health')
  const health = useApiQuery('getHealth', {}, { pollMs })
  const report = health.data?.data
  return (
    <Section title={t('title')}>
      <ProblemBanner error={health.error} />
      {report && report.components.length > 0 && (
        <ul className="flex flex-col gap-2 text-13">
          {report.components.map(({ name, status, error }) => (
            <li key={name} className="flex flex-wrap items-center justify-between gap-2">
              <span>{t.has(`components.${name}` as never) ? t(`components.${name}` as never) : name}</span>
              <Status tone={status === 'healthy' ? 'good' : 'bad'}>
                {t(status === 'healthy' ? 'healthy' : 'unhealthy')}
              </Status>
              {error && (
                <span className="basis-full">
                  <Banner tone="bad" title={error} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
