'use client'
import type { Schemas } from '@berth/contract'
import {
  Button,
  type Column,
  EmptyState,
  Reference,
  Select,
  Status,
  Time,
  type Tone,
  useNotify,
} from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { useProblem } from '@/features/frame/problem.tsx'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { type EventStatus, eventPageSize, eventStatuses, eventsInput, readStatus } from './event-input.ts'

type Event = Schemas['RegistryEvent']

const tones: Record<EventStatus, Tone> = {
  waiting: 'neutral',
  failing: 'warn',
  'given up': 'bad',
  done: 'good',
}
const wordKeys = {
  waiting: 'states.waiting',
  failing: 'states.failing',
  'given up': 'states.givenUp',
  done: 'states.done',
} as const

/** What the registry told of, what came of it, and another try for what failed. */
export function EventList() {
  const t = useTranslations('registryEvents')
  const params = useSearchParams()
  const list = useListState([])
  const frozen = useSystemReadOnly()
  const query = useApiQuery('listRegistryEvents', eventsInput(params), { keepPrevious: true, pollMs: 10_000 })
  const columns: Column<Event>[] = [
    {
      id: 'repository',
      header: t('columns.repository'),
      primary: true,
      cell: ({ repository, tag, digest }) => (
        <span className="flex min-w-0 flex-col">
          <code className="font-mono text-13 break-all">{repository}</code>
          {tag ? <Reference tag={tag} copy={false} /> : digest && <Reference digest={digest} copy={false} />}
        </span>
      ),
    },
    { id: 'action', bare: true, header: t('columns.action'), cell: ({ action }) => t(`actions.${action}`) },
    {
      id: 'status',
      bare: true,
      header: t('columns.status'),
      cell: (event) => (
        <span className="flex min-w-0 flex-col items-start gap-1">
          <Status tone={tones[event.status]}>{t(wordKeys[event.status])}</Status>
          {event.status !== 'done' && event.error && (
            <span className="text-12 break-words text-ink-2" lang="en">
              {event.error}
            </span>
          )}
          {event.attempts > 1 && event.status !== 'done' && (
            <span className="text-12 text-ink-3">{t('attempts', { count: event.attempts })}</span>
          )}
        </span>
      ),
    },
    {
      id: 'next',
      header: t('columns.next'),
      cell: ({ due_at }) => (due_at ? <Time at={due_at} /> : '–'),
    },
    { id: 'received', header: t('columns.received'), cell: (event) => <Time at={event.received_at} /> },
  ]
  if (!frozen) {
    columns.push({
      id: 'actions',
      header: t('columns.actions'),
      actions: true,
      align: 'end',
      cell: (event) => <Retry event={event} />,
    })
  }
  const status = readStatus(params)
  return (
    <div>
      <QueryTable
        id="registry-events"
        label={t('title')}
        columns={columns}
        query={query}
        list={list}
        pageSize={eventPageSize}
        skeletonRows={4}
        filter={t('filter')}
        rowKey={({ id }) => String(id)}
        rowLabel={({ repository }) => repository}
        fixedColumns
        toolbar={
          <Select
            aria-label={t('statusFilter')}
            value={status ?? ''}
            onChange={(event) => list.change({ status: event.target.value })}
            options={[
              { value: '', label: t('anyStatus') },
              ...eventStatuses.map((value) => ({ value, label: t(wordKeys[value]) })),
            ]}
          />
        }
        empty={
          <EmptyState icon="check" title={t('empty')}>
            {t('emptyHelp')}
          </EmptyState>
        }
      />
    </div>
  )
}

function Retry({ event }: { event: Event }) {
  const t = useTranslations('registryEvents')
  const notify = useNotify()
  const describe = useProblem()
  const retry = useApiMutation('retryRegistryEvent', ['listRegistryEvents'])
  if (event.status !== 'failing' && event.status !== 'given up') return null
  return (
    <Button
      size="sm"
      busy={retry.isPending}
      onClick={() =>
        retry.mutate(
          { path: { event_id: event.id } },
          {
            onSuccess: () => notify('good', t('retried', { repository: event.repository })),
            onError: (error) => notify('bad', describe(error).said),
          },
        )
      }
    >
      {t('retry')}
      <span className="sr-only"> {event.repository}</span>
    </Button>
  )
}
