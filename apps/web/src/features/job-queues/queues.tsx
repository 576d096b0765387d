'use client'
import type { Schemas } from '@berth/contract'
import { Button, type Column, Count, EmptyState, Table, Time, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { Section } from '@/features/frame/section.tsx'
import { useTableState } from '@/features/frame/table-state.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { PauseButton, QueueState } from './pause.tsx'
import { POLL_MS, SCHEDULER, useKind } from './use-kind.ts'

type Queue = Schemas['JobQueue']
const StopWaiting = lazy(() => import('./stop-waiting.tsx'))

/** The kinds of work: how much waits, runs and failed, and whether somebody paused them. */
export function Queues() {
  const t = useTranslations('jobQueues')
  const kind = useKind()
  const { nowMs } = useUi()
  const frozen = useSystemReadOnly()
  const query = useApiQuery('listJobQueues', {}, { pollMs: POLL_MS })
  const [stopping, setStopping] = useState<Queue>()
  const columns: Column<Queue>[] = [
    {
      id: 'kind',
      header: t('columns.kind'),
      primary: true,
      cell: ({ job_type = '' }) => (
        <span className="flex flex-col max-sm:max-w-32">
          {kind(job_type)}
          <code className="font-mono text-12 font-normal text-ink-3">{job_type}</code>
        </span>
      ),
    },
    { id: 'state', bare: true, header: t('columns.state'), cell: (queue) => <QueueState {...queue} /> },
    {
      id: 'waiting',
      align: 'end',
      header: t('columns.waiting'),
      cell: ({ count = 0, latency = 0 }) => (
        <span className="flex flex-col items-end max-sm:flex-row max-sm:flex-wrap max-sm:items-baseline max-sm:gap-x-1.5">
          <Count value={count} />
          {latency > 0 && (
            <span className="text-12 text-ink-3">
              {t.rich('oldest', { at: () => <Time at={nowMs - latency * 1_000} /> })}
            </span>
          )}
        </span>
      ),
    },
    {
      id: 'running',
      align: 'end',
      header: t('columns.running'),
      cell: ({ running = 0 }) => <Count value={running} />,
    },
    {
      id: 'failed',
      align: 'end',
      header: t('columns.failed'),
      cell: ({ failed = 0 }) => (
        <span className={failed > 0 ? 'font-medium text-bad' : undefined}>
          <Count value={failed} />
        </span>
      ),
    },
  ]
  if (!frozen)
    columns.push({
      id: 'actions',
      actions: true,
      align: 'end',
      header: t('columns.actions'),
      cell: (queue) => (
        <span className="flex justify-end gap-2">
          <PauseButton queue={queue} name={kind(queue.job_type ?? '')} />
          <Button
            size="sm"
            variant="quiet"
            disabled={(queue.count ?? 0) === 0}
            onClick={() => setStopping(queue)}
          >
            {t('stop')}
            <span className="sr-only"> {kind(queue.job_type ?? '')}</span>
          </Button>
        </span>
      ),
    })
  return (
    <Section title={t('queues')} description={t('queuesHelp')}>
      <Table
        id="job-queues"
        fixedColumns
        label={t('queues')}
        columns={columns}
        rows={(query.data?.data ?? []).filter(({ job_type }) => job_type !== SCHEDULER)}
        state={useTableState(query, 2)}
        rowKey={({ job_type }) => job_type!}
        rowLabel={({ job_type = '' }) => kind(job_type)}
        empty={<EmptyState icon="clock" title={t('noQueues')} />}
      />
      {stopping && (
        <Suspense>
          <StopWaiting
            queue={stopping}
            name={kind(stopping.job_type ?? '')}
            onClose={() => setStopping(undefined)}
          />
        </Suspense>
      )}
    </Section>
  )
}
