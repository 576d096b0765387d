'use client'
import type { Schemas } from '@berth/contract'
import {
  Badge,
  Button,
  Bytes,
  type Column,
  cx,
  EmptyState,
  formatBytes,
  Select,
  Time,
  useUi,
} from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { isRunning, whyNothing } from './progress.ts'
import { bare, readStatus, taskPageSize, taskStatuses, tasksInput } from './replication-input.ts'
import { TaskAction } from './task-action.tsx'
import { TaskOutcome } from './task-outcome.tsx'

type Task = Schemas['ReplicationTask']
type Execution = Schemas['ReplicationExecution']
const POLL_MS = 2_000
/** More tags of one artifact than these are counted only. */
const SHOWN_TAGS = 4

/** What becomes of each artifact of a run. */
export function TaskList({ execution, mirror }: { execution: Execution; mirror: boolean }) {
  const { id = 0 } = execution
  const running = isRunning(execution)
  const t = useTranslations('replications.tasks')
  const all = useTranslations('replications')
  const { Link } = useUi()
  const params = useSearchParams()
  const list = useListState([])
  const query = useApiQuery('listReplicationTasks', tasksInput(id, params), {
    keepPrevious: true,
    pollMs: running && POLL_MS,
  })
  const status = readStatus(params) ?? ''
  const panel = (task: number) => ({ task, page: list.page })
  const columns: Column<Task>[] = [
    {
      id: 'artifact',
      header: t('artifact'),
      primary: true,
      width: '38%',
      cell: (task) => (
        <span className="flex min-w-0 flex-col items-start gap-1 py-1.5 max-sm:py-0">
          <Link
            href={list.href(panel(task.id ?? 0))}
            scroll={false}
            prefetch={false}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return
              event.preventDefault()
              list.change(panel(task.id ?? 0))
            }}
            className={cx(
              'rounded-md text-13 wrap-anywhere text-ink hover:text-accent hover:underline',
              nameOf(task) && 'font-mono',
            )}
          >
            {nameOf(task) || t('comparing')}
          </Link>
          <TaskAction task={task} mirror={mirror} />
          <Tags tags={task.tags ?? []} />
          {task.dst_resource && bare(task.dst_resource) !== nameOf(task) && (
            <span className="text-12 wrap-anywhere text-ink-3">→ {bare(task.dst_resource)}</span>
          )}
        </span>
      ),
    },
    {
      id: 'status',
      bare: true,
      header: all('executions.status'),
      cell: (task) => <TaskOutcome task={task} />,
    },
    { id: 'bytes', header: t('bytes'), align: 'end', cell: (task) => <TaskBytes task={task} /> },
    {
      id: 'ended',
      header: all('executions.ended'),
      cell: ({ end_time: at }) => (at ? <Time at={at} /> : '–'),
    },
  ]
  return (
    <div>
      <QueryTable
        id="replication-tasks"
        fixedColumns
        label={t('title')}
        columns={columns}
        query={query}
        list={list}
        pageSize={taskPageSize}
        skeletonRows={4}
        rowKey={(task) => String(task.id)}
        rowLabel={(task) => nameOf(task) || t('comparing')}
        toolbar={
          <Select
            aria-label={all('statusFilter')}
            value={status}
            onChange={(event) => list.change({ status: event.target.value })}
            options={[
              { value: '', label: all('anyStatus') },
              ...taskStatuses.map((value) => ({ value, label: all(`statuses.${value}`) })),
            ]}
          />
        }
        empty={
          status ? (
            <EmptyState
              icon="search"
              title={t('filtered')}
              action={<Button onClick={() => list.change({ status: '' })}>{t('showAll')}</Button>}
            />
          ) : (
            <NoTasks execution={execution} />
          )
        }
      />
    </div>
  )
}

/** In step, still compared, ended before anything was found, or nothing that the policy means. */
function NoTasks({ execution }: { execution: Execution }) {
  const t = useTranslations('replications.tasks')
  const why = whyNothing(execution)
  if (why === 'notYet')
    return (
      <EmptyState icon="clock" title={t('notYet')}>
        {t('notYetHelp')}
      </EmptyState>
    )
  if (why === 'ended') return <EmptyState icon="info" title={t('none')} />
  return (
    <EmptyState icon={why === 'inStep' ? 'check' : 'info'} title={t('nothing')}>
      {t(why === 'inStep' ? 'nothingHelp' : 'nothingMeant')}
    </EmptyState>
  )
}

const nameOf = ({ src_resource: source }: Task): string => bare(source)

function Tags({ tags }: { tags: string[] }) {
  const t = useTranslations('replications.tasks')
  if (tags.length === 0) return null
  return (
    <span className="flex flex-wrap gap-1">
      {tags.slice(0, SHOWN_TAGS).map((tag) => (
        <Badge key={tag}>{tag}</Badge>
      ))}
      {tags.length > SHOWN_TAGS && (
        <span className="text-12 text-ink-3">{t('moreTags', { count: tags.length - SHOWN_TAGS })}</span>
      )}
    </span>
  )
}

function TaskBytes({ task }: { task: Task }) {
  const t = useTranslations('replications.progress')
  const { locale } = useUi()
  const { bytes_total: bytes = 0, bytes_done: done = 0, status } = task
  if (bytes === 0) return <span className="text-ink-3">–</span>
  if (status === 'Succeed') return <Bytes sizeBytes={bytes} />
  return (
    <span className="whitespace-nowrap tabular-nums">
      {t('bytes', { done: formatBytes(done, locale), total: formatBytes(bytes, locale) })}
    </span>
  )
}
