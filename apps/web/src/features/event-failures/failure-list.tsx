'use client'
import type { Schemas } from '@berth/contract'
import { Button, type Column, EmptyState, Status, Time, useNotify, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { useProblem } from '@/features/frame/problem.tsx'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { DiscardFailure } from './discard-failure.tsx'
import { failurePageSize, failuresInput } from './failure-input.ts'

type Failure = Schemas['EventFailure']
const POLL_MS = 15_000

/** Changes that one of those who follow them could not take: tried again, or given up. For administrators. */
export default function FailureList() {
  const t = useTranslations('eventFailures')
  const { Link } = useUi()
  const list = useListState([])
  const frozen = useSystemReadOnly()
  const [discarding, setDiscarding] = useState<Failure>()
  const query = useApiQuery('listEventFailures', failuresInput(useSearchParams()), {
    keepPrevious: true,
    pollMs: POLL_MS,
  })
  const nameOf = (subscriber: string) =>
    t.has(`subscribers.${subscriber}` as never) ? t(`subscribers.${subscriber}` as never) : subscriber
  const columns: Column<Failure>[] = [
    {
      id: 'event',
      header: t('columns.event'),
      primary: true,
      cell: ({ type, subject, request_id }) => (
        <span className="flex min-w-0 flex-col">
          {request_id ? (
            <Link
              href={`/audit-log?q=${encodeURIComponent(`request:${request_id}`)}`}
              prefetch={false}
              className="w-fit rounded-md font-mono text-13 break-all text-ink hover:text-accent hover:underline"
            >
              {type}
            </Link>
          ) : (
            <code className="font-mono text-13 break-all">{type}</code>
          )}
          <span className="text-12 font-normal break-all text-ink-2">{subject}</span>
        </span>
      ),
    },
    {
      id: 'subscriber',
      header: t('columns.subscriber'),
      cell: ({ subscriber }) => nameOf(subscriber),
    },
    {
      id: 'status',
      bare: true,
      ownLine: true,
      header: t('columns.status'),
      cell: ({ status, attempts, error, due_at }) => (
        <span className="flex min-w-0 flex-col items-start gap-1">
          <Status tone={status === 'given up' ? 'bad' : 'warn'}>
            {t(status === 'given up' ? 'givenUp' : 'retrying')}
          </Status>
          {error && (
            <span className="text-12 break-words text-ink-2" lang="en">
              {error}
            </span>
          )}
          <span className="text-12 text-ink-3">
            {t('attempts', { count: attempts })}
            {due_at && t.rich('next', { at: () => <Time at={due_at} /> })}
          </span>
        </span>
      ),
    },
    { id: 'at', header: t('columns.at'), cell: ({ at }) => <Time at={at} /> },
  ]
  if (!frozen)
    columns.push({
      id: 'actions',
      header: t('columns.actions'),
      actions: true,
      align: 'end',
      cell: (failure) => <Deeds failure={failure} onDiscard={setDiscarding} />,
    })
  return (
    <Section title={t('title')} description={t('description')}>
      <QueryTable
        id="event-failures"
        fixedColumns
        label={t('title')}
        columns={columns}
        query={query}
        list={list}
        pageSize={failurePageSize}
        skeletonRows={1}
        rowKey={({ id }) => String(id)}
        rowLabel={({ type, subject }) => `${type} ${subject}`}
        empty={<EmptyState icon="check" title={t('empty')} />}
      />
      {discarding && (
        <DiscardFailure
          failure={discarding}
          subscriber={nameOf(discarding.subscriber)}
          onClose={() => setDiscarding(undefined)}
        />
      )}
    </Section>
  )
}

function Deeds({ failure, onDiscard }: { failure: Failure; onDiscard: (failure: Failure) => void }) {
  const t = useTranslations('eventFailures')
  const notify = useNotify()
  const describe = useProblem()
  const retry = useApiMutation('retryEventFailure', ['listEventFailures'])
  const { id, type, subject } = failure
  const about = <span className="sr-only">{` ${type} ${subject}`}</span>
  return (
    <span className="flex justify-end gap-2">
      <Button
        size="sm"
        busy={retry.isPending}
        onClick={() =>
          retry.mutate(
            { path: { event_failure_id: id } },
            {
              onSuccess: () => notify('good', t('retried')),
              onError: (error) => notify('bad', `${describe(error).title}. ${describe(error).detail}`),
            },
          )
        }
      >
        {t('retry')}
        {about}
      </Button>
      <Button size="sm" variant="quiet" onClick={() => onDiscard(failure)}>
        {t('discard')}
        {about}
      </Button>
    </span>
  )
}
