'use client'
import type { Schemas } from '@berth/contract'
import { Badge, Button, type Column, EmptyState, Status, Time, type Tone } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { readParameters } from './purge-draft.ts'
import { purgeHistoryInput, purgePageSize } from './purge-history-input.ts'

type Run = Schemas['ExecHistory']
const PurgeLog = lazy(() => import('./purge-log.tsx'))
const tones: Record<string, Tone> = { Success: 'good', Error: 'bad', Stopped: 'warn', Running: 'accent' }
const POLL_MS = 5_000

/** What was purged, newest first. */
export function PurgeHistory() {
  const t = useTranslations('audit.purge')
  const list = useListState([])
  const query = useApiQuery('getPurgeHistory', purgeHistoryInput(useSearchParams()), {
    keepPrevious: true,
    pollMs: POLL_MS,
  })
  const stop = useApiMutation('stopPurge', ['getPurgeHistory'])
  const [shown, setShown] = useState<number>()
  const word = (status: string) =>
    t.has(`status.${status}` as never) ? t(`status.${status}` as never) : status
  const columns: Column<Run>[] = [
    {
      id: 'started',
      header: t('columns.started'),
      primary: true,
      cell: ({ creation_time }) => <Time at={creation_time} />,
    },
    {
      id: 'what',
      header: t('columns.what'),
      cell: ({ job_parameters }) => {
        const read = readParameters(job_parameters)
        if (!read) return '–'
        return (
          <span className="flex flex-wrap items-center gap-2">
            {t('olderThan', { days: read.keepDays })}
            {read.dryRun && <Badge>{t('dryRunWord')}</Badge>}
          </span>
        )
      },
    },
    {
      id: 'status',
      bare: true,
      header: t('columns.status'),
      cell: ({ job_status = '' }) => (
        <Status tone={tones[job_status] ?? 'neutral'}>{word(job_status)}</Status>
      ),
    },
    { id: 'ended', header: t('columns.ended'), cell: ({ update_time }) => <Time at={update_time} /> },
    {
      id: 'actions',
      header: t('columns.actions'),
      actions: true,
      align: 'end',
      cell: ({ id = 0, job_status }) => (
        <span className="flex justify-end gap-2">
          {(job_status === 'Running' || job_status === 'Pending') && (
            <Button size="sm" busy={stop.isPending} onClick={() => stop.mutate({ path: { purge_id: id } })}>
              {t('stop')}
            </Button>
          )}
          <Button size="sm" variant="quiet" onClick={() => setShown(id)}>
            {t('log')}
            <span className="sr-only"> #{id}</span>
          </Button>
        </span>
      ),
    },
  ]
  return (
    <section aria-label={t('history')}>
      <h2 className="pb-3 text-14 font-semibold">{t('history')}</h2>
      <QueryTable
        id="audit-purges"
        fixedColumns
        label={t('history')}
        columns={columns}
        query={query}
        list={list}
        pageSize={purgePageSize}
        skeletonRows={2}
        rowKey={({ id }) => String(id)}
        rowLabel={({ id }) => `#${id}`}
        empty={
          <EmptyState icon="clock" title={t('never')}>
            {t('neverHelp')}
          </EmptyState>
        }
      />
      {shown !== undefined && (
        <Suspense>
          <PurgeLog id={shown} onClose={() => setShown(undefined)} />
        </Suspense>
      )}
    </section>
  )
}
