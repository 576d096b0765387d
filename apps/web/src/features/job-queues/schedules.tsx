'use client'
import type { CallInput, Schemas } from '@berth/contract'
import { type Column, EmptyState, Table, Time } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { Section } from '@/features/frame/section.tsx'
import { useTableState } from '@/features/frame/table-state.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { PauseButton, QueueState } from './pause.tsx'
import { POLL_MS, SCHEDULER, useKind } from './use-kind.ts'

type Task = Schemas['ScheduleTask']
export const schedulesInput = { query: { page_size: 100 } } satisfies CallInput<'listSchedules'>

/** What starts by itself and when; all of it can be paused together. */
export function Schedules() {
  const t = useTranslations('jobQueues')
  const kind = useKind()
  const frozen = useSystemReadOnly()
  const query = useApiQuery('listSchedules', schedulesInput, { pollMs: POLL_MS })
  const queues = useApiQuery('listJobQueues', {}, { pollMs: POLL_MS })
  const scheduler = queues.data?.data.find(({ job_type }) => job_type === SCHEDULER)
  const columns: Column<Task>[] = [
    {
      id: 'kind',
      header: t('columns.kind'),
      primary: true,
      cell: ({ vendor_type = '', vendor_id = 0 }) =>
        vendor_id === 0 ? kind(vendor_type) : `${kind(vendor_type)} #${vendor_id}`,
    },
    {
      id: 'cron',
      header: t('columns.cron'),
      cell: ({ cron }) => <code className="font-mono text-13 whitespace-nowrap">{cron}</code>,
    },
    {
      id: 'next',
      header: t('columns.next'),
      cell: ({ next_run_time }) =>
        scheduler?.paused ? (
          <span className="text-ink-2">{t('notWhilePaused')}</span>
        ) : (
          <Time at={next_run_time} />
        ),
    },
    { id: 'changed', header: t('columns.changed'), cell: ({ update_time }) => <Time at={update_time} /> },
  ]
  return (
    <Section title={t('schedules')} description={t('schedulesHelp')}>
      <div className="flex flex-col gap-3">
        {scheduler && (
          <div className="flex flex-wrap items-center justify-between gap-3">
            <QueueState {...scheduler} />
            {!frozen && <PauseButton queue={scheduler} name={kind(SCHEDULER)} />}
          </div>
        )}
        <Table
          id="job-schedules"
          fixedColumns
          label={t('schedules')}
          columns={columns}
          rows={query.data?.data ?? []}
          state={useTableState(query, 1)}
          rowKey={({ id }) => String(id)}
          rowLabel={({ vendor_type = '' }) => kind(vendor_type)}
          empty={<EmptyState icon="clock" title={t('noSchedules')} />}
        />
      </div>
    </Section>
  )
}
