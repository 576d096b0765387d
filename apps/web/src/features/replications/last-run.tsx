'use client'
import type { Schemas } from '@berth/contract'
import { Time, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { ExecutionStatus } from './execution-status.tsx'
import { isRunning } from './progress.ts'
import { ProgressBar } from './progress-bar.tsx'
import { executionPath } from './replication-input.ts'

type Props = { policyId: number; run: Schemas['ReplicationExecution'] | undefined }

/** The state of a policy's last run, with a way to it. */
export function LastRun({ policyId, run }: Props) {
  const t = useTranslations('replications')
  const { Link } = useUi()
  if (!run) return <span className="text-ink-3">{t('neverRan')}</span>
  const { id = 0, failed = 0 } = run
  return (
    <span className="flex flex-col items-start gap-1 py-1 max-sm:py-0">
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <Link href={executionPath(policyId, id)} className="inline-flex rounded-md">
          <ExecutionStatus run={run} />
          <span className="sr-only">{t('runNamed', { id })}</span>
        </Link>
        {isRunning(run) ? <ProgressBar execution={run} small /> : <Time at={run.start_time} />}
      </span>
      {failed > 0 && <span className="text-12 text-bad">{t('failedCount', { count: failed })}</span>}
    </span>
  )
}
