'use client'
import type { Schemas } from '@berth/contract'
import { Badge, Banner, Bytes, type Column, EmptyState, Reference, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { isRunning } from './progress.ts'
import { missingInput, taskPageSize } from './replication-input.ts'
import { Why } from './why.tsx'

type Missing = Schemas['ReplicationMissing']
const POLL_MS = 3_000

/** Exactly what is not where it should be, and why. */
export default function MissingList({ execution }: { execution: Schemas['ReplicationExecution'] }) {
  const { id = 0 } = execution
  const running = isRunning(execution)
  const whole = execution.status === 'Succeed'
  const t = useTranslations('replications.missing')
  const { Link } = useUi()
  const list = useListState([])
  const query = useApiQuery('listReplicationMissing', missingInput(id, useSearchParams()), {
    keepPrevious: true,
    pollMs: running && POLL_MS,
  })
  const name = ({ repository }: Missing) => repository || t('everything')
  const columns: Column<Missing>[] = [
    {
      id: 'repository',
      header: t('repository'),
      primary: true,
      width: '30%',
      cell: (one) => (
        <span className="flex min-w-0 flex-col items-start gap-1 py-1.5 max-sm:py-0">
          <Link
            href={list.href({ task: one.task_id, page: list.page })}
            scroll={false}
            prefetch={false}
            className="rounded-md font-mono text-13 wrap-anywhere text-ink hover:text-accent hover:underline"
          >
            {name(one)}
          </Link>
          <span className="flex flex-wrap gap-1">
            {one.kind === 'delete' && <Badge tone="warn">{t('stillThere')}</Badge>}
            {one.tags.map((tag) => (
              <Badge key={tag}>{tag}</Badge>
            ))}
          </span>
        </span>
      ),
    },
    {
      id: 'reason',
      bare: true,
      header: t('reason'),
      cell: ({ reason, reason_code: code }) => <Why code={code} sentence={reason} />,
    },
    {
      id: 'digest',
      bare: true,
      header: t('digest'),
      cell: ({ digest, kind }) => {
        if (digest) return <Reference digest={digest} />
        return kind === 'compare' ? <span className="text-ink-2">{t('notCompared')}</span> : '–'
      },
    },
    {
      id: 'size',
      header: t('size'),
      align: 'end',
      cell: ({ size_bytes: size }) => (size === undefined ? '–' : <Bytes sizeBytes={size} />),
    },
  ]
  const { doubtful = 0 } = execution
  return (
    <div className="flex flex-col gap-4">
      {doubtful > 0 && (
        <Banner tone="warn" title={t('doubtful', { count: doubtful })}>
          {t('doubtfulHelp')}
        </Banner>
      )}
      <QueryTable
        id="replication-missing"
        fixedColumns
        label={t('title')}
        columns={columns}
        query={query}
        list={list}
        pageSize={taskPageSize}
        skeletonRows={3}
        rowKey={({ task_id: task }) => String(task)}
        rowLabel={name}
        empty={
          <EmptyState icon={whole ? 'check' : 'clock'} title={t(running ? 'notYet' : 'nothing')}>
            {whole && t('nothingHelp')}
          </EmptyState>
        }
      />
    </div>
  )
}
