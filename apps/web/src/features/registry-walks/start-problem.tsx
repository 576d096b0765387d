'use client'
import { Banner } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { ProblemBanner } from '@/features/frame/problem.tsx'

export function StartProblem({ busy, error }: { busy: boolean; error: unknown }) {
  const t = useTranslations('registryWalks')
  if (!busy) return <ProblemBanner error={error} />
  return (
    <Banner tone="bad" role="alert" title={t('busy')}>
      {t('busyHelp')}
    </Banner>
  )
}
