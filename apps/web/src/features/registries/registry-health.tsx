'use client'
import type { Schemas } from '@berth/contract'
import { Status, Time, type Tone } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { Reason } from '@/features/frame/problem.tsx'

type Registry = Schemas['Registry']

const tones = { healthy: 'good', unhealthy: 'bad', unknown: 'neutral' } as const satisfies Record<
  string,
  Tone
>
type Health = keyof typeof tones

export const healthOf = ({ status = '' }: Pick<Registry, 'status'>): Health =>
  Object.hasOwn(tones, status) ? (status as Health) : 'unknown'

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
