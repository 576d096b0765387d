'use client'
import type { Schemas } from '@berth/contract'
import { Status } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { knownStatus, statusTone } from './outcome.ts'
import { isPaused, wasSkipped } from './progress.ts'

type Run = Pick<Schemas['ReplicationExecution'], 'status' | 'reason_code' | 'paused_until'>

/** Of a run. One that waits for the registry at its other end does not run. */
export function ExecutionStatus({ run }: { run: Run }) {
  const t = useTranslations('replications.statuses')
  if (wasSkipped(run)) return <Status tone="neutral">{t('Skipped')}</Status>
  if (isPaused(run)) return <Status tone="warn">{t('Pending')}</Status>
  const status = knownStatus(run.status)
  return <Status tone={statusTone(status)}>{t(status)}</Status>
}
