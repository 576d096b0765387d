'use client'
import type { Schemas } from '@berth/contract'
import { type Column, Count, EmptyState, Time, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { type WalkArea, walkPageSize, walksInput } from './walk-input.ts'
import { isActive } from './walk-progress.ts'
import { WalkStatus } from './walk-status.tsx'

type Walk = Schemas['RegistryWalk']

/** Walks of one area, newest first; asked for again while one of them is active. */
export function WalkHistory({ area }: { area: WalkArea }) {
  const t = useTranslations('registryWalks')
  const { Link } = useUi()
  const list = useListState([])
  const input = walksInput(area, useSearchParams())
  const seen = useApiQuery('listRegistryWalks', input, { keepPrevious: true })
  const active = seen.data?.data.some(({ status }) => isActive(status)) ?? false
  const query = useApiQuery('listRegistryWalks', input, { keepPrevious: true, pollMs: active && 3_000 })
  const name = (walk: Walk) => {
    const what = walk.kind === 'reconcile' ? (walk.options.mend ? 'mend' : 'report') : walk.kind
    const known = (['mend', 'report', 'plan', 'adopt'] as const).find((one) => one === what) ?? 'report'
    return t(`walk.${known}`, { id: walk.id })
  }
  const columns: Column<Walk>[] = [
    {
      id: 'walk',
      header: t('columns.walk'),
      primary: true,
      cell: (walk) => (
        <Link
          href={`/registry/${area}/${walk.id}`}
          className="rounded-md text-ink hover:text-accent hover:underline"
        >
          {name(walk)}
        </Link>
      ),
    },
    {
      id: 'status',
      bare: true,
      header: t('columns.status'),
      cell: ({ status }) => <WalkStatus status={status} />,
    },
    {
      id: 'repositories',
      header: t('columns.repositories'),
      align: 'end',
      cell: ({ counts }) => <Count value={counts.repositories_done ?? 0} />,
    },
    {
      id: 'findings',
      header: t('facts.findings'),
      align: 'end',
      cell: ({ counts }) => <Count value={counts.findings ?? 0} />,
    },
    { id: 'by', header: t('facts.startedBy'), cell: ({ created_by }) => created_by || t('facts.berth') },
    {
      id: 'started',
      header: t('facts.started'),
      cell: (walk) => <Time at={walk.start_time ?? walk.creation_time} />,
    },
  ]
  return (
    <section aria-label={t('history')} className="flex flex-col gap-3">
      <h2 className="text-16 font-semibold">{t('history')}</h2>
      <div>
        <QueryTable
          id="registry-walks"
          fixedColumns
          label={t('history')}
          columns={columns}
          query={query}
          list={list}
          pageSize={walkPageSize}
          skeletonRows={3}
          rowKey={({ id }) => String(id)}
          rowLabel={name}
          empty={<EmptyState icon="clock" title={t('noHistory')} />}
        />
      </div>
    </section>
  )
}
