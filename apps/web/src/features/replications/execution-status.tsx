'use client'
import { Status } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { knownStatus, statusTone } from './outcome.ts'
import { wasSkipped } from './progress.ts'

type Run = { status?: string | undefined; status_text?: string | undefined }

/** Of a run. */
export function ExecutionStatus({ run }: { run: Run }) {
  const t = useTranslations('replications.statuses')
  if (wasSkipped(run)) return <Status tone="neutral">{t('Skipped')}</Status>
  const status = knownStatus(run.status)
  return <Status tone={statusTone(status)}>{t(status)}</Status>
}
