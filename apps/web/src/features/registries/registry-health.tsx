'use client'
import type { Schemas } from '@berth/contract'
import { Status, Time, type Tone } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { Reason } from '@/features/frame/problem.tsx'
import { type Health, healthOf } from './health.ts'

type Registry = Schemas['Registry']

const tones: Record<Health, Tone> = {
  healthy: 'good',
  failing: 'warn',
  unhealthy: 'bad',
  unknown: 'neutral',
}

/** How the last look found a registry, why, and until when replications leave it alone. */
export function RegistryHealth({ registry }: { registry: Registry }) {
  const t = useTranslations('registries')
  const health = healthOf(registry)
  return (
    <span className="flex min-w-0 flex-col items-start gap-1">
      <Status tone={tones[health]}>{t(`states.${health}`)}</Status>
      <Reason code={registry.status_reason_code} sentence={registry.status_message} />
      {registry.failing_since && (
        <span className="text-12 text-ink-2">
          {t('failing')} <Time at={registry.failing_since} />
        </span>
      )}
      {registry.paused_until && (
        <span className="text-12 text-ink-2">
          {t('paused')} <Time at={registry.paused_until} come />
        </span>
      )}
    </span>
  )
}
