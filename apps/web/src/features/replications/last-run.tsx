'use client'
import { Time, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { ExecutionStatus } from './execution-status.tsx'
import { ProgressBar } from './progress-bar.tsx'
import { executionPath } from './replication-input.ts'
import type { Run } from './use-last-runs.ts'

/** The state of a policy's last run, with a way to it. */
export function LastRun({ policyId, run }: { policyId: number; run: Run | undefined }) {
  const t = useTranslations('replications')
  const { Link } = useUi()
  if (!run) return <span className="text-ink-3">{t('neverRan')}</span>
  return (
    <span className="flex flex-col items-start gap-1 py-1 max-sm:py-0">
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Link href={executionPath(policyId, run.id)} className="inline-flex rounded-md">
          <ExecutionStatus status={run.status} />
          <span className="sr-only">{t('runNamed', { id: run.id })}</span>
        </Link>
        {run.now ? <ProgressBar execution={run.now} small /> : <Time at={run.start_time} />}
      </span>
      {run.failed > 0 && <span className="text-12 text-bad">{t('failedCount', { count: run.failed })}</span>}
    </span>
  )
}
