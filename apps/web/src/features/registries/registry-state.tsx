'use client'
import type { Schemas } from '@berth/contract'
import { Time } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { RegistryHealth } from './registry-health.tsx'

const POLL_MS = 15_000

/** How a registry is now; the form below it is as it was when the page was opened. */
export function RegistryState({ registry }: { registry: Schemas['Registry'] }) {
  const t = useTranslations('registries')
  const seen = useApiQuery('getRegistry', { path: { id: registry.id ?? 0 } }, { pollMs: POLL_MS }).data?.data
  const now = seen ?? registry
  return (
    <section aria-label={t('columns.status')} className="rounded-md border border-line bg-surface p-4">
      <Facts>
        <Fact name={t('columns.status')}>
          <RegistryHealth registry={now} />
        </Fact>
        <Fact name={t('columns.checked')}>{now.checked_time ? <Time at={now.checked_time} /> : '–'}</Fact>
      </Facts>
    </section>
  )
}
