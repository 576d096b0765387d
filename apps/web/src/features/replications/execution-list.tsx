'use client'
import type { Schemas } from '@berth/contract'
import { Bytes, type Column, EmptyState, formatCount, Select, Time, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { formatDuration } from '@/features/frame/duration.ts'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { ExecutionStatus } from './execution-status.tsx'
import { foundOf, isRunning, tookSeconds, wasSkipped } from './progress.ts'
import { ProgressBar } from './progress-bar.tsx'
import {
  executionPageSize,
  executionPath,
  executionStatuses,
  executionsInput,
  readStatus,
} from './replication-input.ts'
import type { TriggerType } from './trigger.ts'
import { useBegun } from './use-begun.ts'

type Execution = Schemas['ReplicationExecution']
const POLL_MS = 2_000
const REST_MS = 10_000

/** The runs of a policy, newest first, as they go. */
export function ExecutionList({ policyId, trigger }: { policyId: number; trigger: TriggerType }) {
  const t = useTranslations('replications')
  const begun = useBegun()
  const { Link, locale } = useUi()
  const params = useSearchParams()
  const list = useListState([])
  const input = executionsInput(policyId, params)
  const seen = useApiQuery('listReplicationExecutions', input, { keepPrevious: true })
  const busy = seen.data?.data.some(isRunning) ?? false
  const query = useApiQuery('listReplicationExecutions', input, {
    keepPrevious: true,
    pollMs: busy ? POLL_MS : REST_MS,
  })
  const columns: Column<Execution>[] = [
    {
      id: 'run',
      header: t('executions.run'),
      primary: true,
      cell: ({ id = 0 }) => (
        <Link
          href={executionPath(policyId, id)}
          className="rounded-md text-ink hover:text-accent hover:underline"
        >
          {t('runNamed', { id })}
        </Link>
      ),
    },
    {
      id: 'status',
      bare: true,
      header: t('executions.status'),
      cell: (one) => (
        <span className="flex flex-wrap items-center gap-2">
          <ExecutionStatus run={one} />
          {isRunning(one) && <ProgressBar execution={one} small />}
        </span>
      ),
    },
    {
      id: 'artifacts',
      header: t('executions.artifacts'),
      cell: (one) => (
        <span className="flex flex-col">
          <span className="tabular-nums">
            {wasSkipped(one)
              ? '–'
              : t('progress.bytes', {
                  done: formatCount(one.succeed ?? 0, locale),
                  total: formatCount(foundOf(one), locale),
                })}
          </span>
          {(one.failed ?? 0) > 0 && (
            <span className="text-12 text-bad">{t('failedCount', { count: one.failed ?? 0 })}</span>
          )}
        </span>
      ),
    },
    {
      id: 'bytes',
      header: t('executions.bytes'),
      align: 'end',
      cell: (one) => (wasSkipped(one) ? '–' : <Bytes sizeBytes={one.bytes_done ?? 0} />),
    },
    { id: 'trigger', header: t('executions.trigger'), cell: ({ trigger }) => begun(trigger) },
    { id: 'started', header: t('executions.started'), cell: ({ start_time: at }) => <Time at={at} /> },
    {
      id: 'took',
      header: t('executions.took'),
      cell: (one) => {
        const seconds = tookSeconds(one.start_time, one.end_time)
        return seconds === undefined || wasSkipped(one) ? '–' : formatDuration(seconds, locale)
      },
    },
  ]
  const status = readStatus(params) ?? ''
  return (
    <section aria-label={t('executions.title')} className="flex flex-col gap-3">
      <h2 className="text-16 font-semibold">{t('executions.title')}</h2>
      <div>
        <QueryTable
          id="replication-executions"
          fixedColumns
          label={t('executions.title')}
          columns={columns}
          query={query}
          list={list}
          pageSize={executionPageSize}
          skeletonRows={3}
          rowKey={({ id }) => String(id)}
          rowLabel={({ id = 0 }) => t('runNamed', { id })}
          toolbar={
            <Select
              aria-label={t('statusFilter')}
              value={status}
              onChange={(event) => list.change({ status: event.target.value })}
              options={[
                { value: '', label: t('anyStatus') },
                ...executionStatuses.map((value) => ({ value, label: t(`statuses.${value}`) })),
              ]}
            />
          }
          empty={
            <EmptyState icon="replicate" title={t(status ? 'executions.filtered' : 'executions.empty')}>
              {!status && t(`executions.emptyHelp.${trigger}`)}
            </EmptyState>
          }
        />
      </div>
    </section>
  )
}
