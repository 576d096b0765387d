'use client'
import { Status, type Tone } from '@berth/ui'
import { useTranslations } from 'next-intl'

const tones: Record<string, Tone> = {
  pending: 'accent',
  running: 'accent',
  stopped: 'warn',
  failed: 'bad',
  done: 'good',
}
const statuses = ['pending', 'running', 'stopped', 'failed', 'done'] as const

export function WalkStatus({ status }: { status: string }) {
  const t = useTranslations('registryWalks.status')
  const known = statuses.find((one) => one === status) ?? 'failed'
  return <Status tone={tones[known] ?? 'neutral'}>{t(known)}</Status>
}
