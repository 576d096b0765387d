'use client'
import { Status, type Tone } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { taskStatuses } from './replication-input.ts'

const tones: Record<(typeof taskStatuses)[number], Tone> = {
  Pending: 'neutral',
  InProgress: 'accent',
  Succeed: 'good',
  Failed: 'bad',
  Stopped: 'warn',
}

/** Of a run or of one of its tasks. */
export function ExecutionStatus({ status }: { status: string | undefined }) {
  const t = useTranslations('replications.statuses')
  const known = taskStatuses.find((one) => one === status) ?? 'Pending'
  return <Status tone={tones[known]}>{t(known)}</Status>
}
