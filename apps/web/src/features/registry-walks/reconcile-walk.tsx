'use client'
import { useTranslations } from 'next-intl'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { useWalk } from './use-walk.ts'
import { WalkFindings } from './walk-findings.tsx'
import { WalkPanel } from './walk-panel.tsx'

export function ReconcileWalk({ id }: { id: number }) {
  const t = useTranslations('registryWalks')
  const { walk, samples, error, refetch, setActive } = useWalk(id)
  if (!walk) return <ProblemBanner error={error} />
  return (
    <div className="flex flex-col gap-6">
      <PageHeader
        title={t(walk.options.mend ? 'walk.mend' : 'walk.report', { id })}
        description={t(walk.options.mend ? 'reconcile.mendDescription' : 'reconcile.reportDescription')}
      />
      <WalkPanel
        walk={walk}
        samples={samples}
        onChanged={() => {
          setActive(true)
          void refetch()
        }}
      />
      <WalkFindings walk={walk} />
    </div>
  )
}
