'use client'
import type { Schemas } from '@berth/contract'
import { Button, type Column, EmptyState, Table, Time, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { useProblem } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useTableState } from '@/features/frame/table-state.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { POLL_MS, useKind } from './use-kind.ts'

type Pool = Schemas['WorkerPool']
type Worker = Schemas['Worker']

/** The processes that do the work, and what they do now. */
export function Workers() {
  const t = useTranslations('jobQueues')
  const kind = useKind()
  const frozen = useSystemReadOnly()
  const pools = useApiQuery('getWorkerPools', {}, { pollMs: POLL_MS })
  const workers = useApiQuery('getWorkers', { path: { pool_id: 'all' } }, { pollMs: POLL_MS })
  const poolColumns: Column<Pool>[] = [
    {
      id: 'node',
      header: t('columns.node'),
      primary: true,
      cell: ({ worker_pool_id }) => <span className="break-all">{worker_pool_id}</span>,
    },
    { id: 'since', header: t('columns.since'), cell: ({ start_at }) => <Time at={start_at} /> },
    { id: 'heard', header: t('columns.heard'), cell: ({ heartbeat_at }) => <Time at={heartbeat_at} /> },
    { id: 'places', align: 'end', header: t('columns.places'), cell: ({ concurrency }) => concurrency },
  ]
  const workerColumns: Column<Worker>[] = [
    {
      id: 'job',
      header: t('columns.job'),
      primary: true,
      cell: ({ job_name = '', job_id }) => `${kind(job_name)} #${job_id}`,
    },
    {
      id: 'node',
      header: t('columns.node'),
      cell: ({ pool_id }) => <span className="break-all">{pool_id || '–'}</span>,
    },
    { id: 'begun', header: t('columns.begun'), cell: ({ start_at }) => <Time at={start_at} /> },
  ]
  if (!frozen)
    workerColumns.push({
      id: 'actions',
      actions: true,
      align: 'end',
      header: t('columns.actions'),
      cell: (worker) => <StopButton worker={worker} name={kind(worker.job_name ?? '')} />,
    })
  const poolState = useTableState(pools, 1)
  return (
    <>
      <Section title={t('running')} description={t('runningHelp')}>
        <Table
          id="job-workers"
          fixedColumns
          label={t('running')}
          columns={workerColumns}
          rows={workers.data?.data ?? []}
          state={useTableState(workers, 1)}
          rowKey={({ id }) => id!}
          rowLabel={({ job_name = '', job_id }) => `${kind(job_name)} #${job_id}`}
          empty={<EmptyState icon="check" title={t('nothingRuns')} />}
        />
      </Section>
      <Section title={t('pools')} description={t('poolsHelp')}>
        <Table
          id="job-pools"
          fixedColumns
          label={t('pools')}
          columns={poolColumns}
          rows={pools.data?.data ?? []}
          state={poolState}
          rowKey={({ worker_pool_id }) => worker_pool_id!}
          rowLabel={({ worker_pool_id }) => worker_pool_id!}
          empty={<EmptyState icon="warning" title={t('noPools')} />}
        />
      </Section>
    </>
  )
}

function StopButton({ worker: { job_id = '' }, name }: { worker: Worker; name: string }) {
  const t = useTranslations('jobQueues')
  const notify = useNotify()
  const describe = useProblem()
  const stop = useApiMutation('stopRunningJob', ['getWorkers', 'listJobQueues'])
  return (
    <Button
      size="sm"
      busy={stop.isPending}
      onClick={() =>
        stop.mutate(
          { path: { job_id } },
          {
            onSuccess: () => notify('good', t('done.stopJob')),
            onError: (error) => notify('bad', `${describe(error).title}. ${describe(error).detail}`),
          },
        )
      }
    >
      {t('stopJob')}
      <span className="sr-only">{` ${name} #${job_id}`}</span>
    </Button>
  )
}
