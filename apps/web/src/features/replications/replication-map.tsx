'use client'
import { Tabs } from '@berth/ui'
import { usePathname, useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { MapPicture } from './map-picture.tsx'
import { stateOf } from './map-sides.ts'
import { MapTable } from './map-table.tsx'
import { NextStep } from './next-step.tsx'

const POLL_MS = 5_000
const REST_MS = 15_000

/** Who replicates to whom: as a picture, or as a table, which small screens always get. */
export function ReplicationMap() {
  const t = useTranslations('replications.map')
  const pathname = usePathname()
  const asTable = useSearchParams().get('as') === 'table'
  const seen = useApiQuery('getReplicationMap', {})
  const busy = seen.data?.data.lines.some((line) => ['running', 'waiting'].includes(stateOf(line))) ?? false
  const query = useApiQuery('getReplicationMap', {}, { pollMs: busy ? POLL_MS : REST_MS })
  const map = query.data?.data
  if (!map) return <ProblemBanner error={query.error} />
  if (map.lines.length === 0) return <NextStep />
  return (
    <div className="flex flex-col gap-4">
      <ProblemBanner error={query.error} />
      <div className="max-lg:hidden">
        <Tabs
          label={t('views')}
          tabs={[
            { label: t('picture'), href: pathname, current: !asTable },
            { label: t('table'), href: `${pathname}?as=table`, current: asTable },
          ]}
        />
      </div>
      {!asTable && (
        <div className="max-lg:hidden">
          <MapPicture map={map} />
        </div>
      )}
      <div className={asTable ? '' : 'lg:hidden'}>
        <MapTable map={map} />
      </div>
    </div>
  )
}
