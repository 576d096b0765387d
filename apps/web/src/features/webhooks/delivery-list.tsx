'use client'
import type { Schemas } from '@berth/contract'
import { Button, type Column, EmptyState, Select, Status, Time, type Tone, useNotify, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { useProblem } from '@/features/frame/problem.tsx'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { usePermissions, useProject } from '@/features/projects/use-project.ts'
import { deliveriesInput, deliveryPageSize, deliveryStatuses, readDeliveryStatus } from './delivery-input.ts'
import { useEventWords } from './use-event-words.ts'
import { webhookInput } from './webhook-input.ts'

type Delivery = Schemas['WebhookDelivery']
const DeliveryPanel = lazy(() => import('./delivery-panel.tsx'))
const POLL_MS = 5_000

export const deliveryTones: Record<string, Tone> = {
  waiting: 'accent',
  blocked: 'neutral',
  delivered: 'good',
  dead: 'bad',
}

/** What a webhook delivers, newest first, and what became of it. */
export function DeliveryList({ project, id }: { project: string; id: number }) {
  const t = useTranslations('webhooks.deliveries')
  const events = useEventWords()
  const { Link } = useUi()
  const params = useSearchParams()
  const list = useListState([])
  const query = useApiQuery('listWebhookDeliveries', deliveriesInput(project, id, params), {
    keepPrevious: true,
    pollMs: POLL_MS,
  })
  const page = list.param('page')
  const open = Number(list.param('delivery')) || undefined
  const columns: Column<Delivery>[] = [
    {
      id: 'event',
      header: t('columns.event'),
      primary: true,
      cell: (delivery) => (
        <Link
          href={list.href({ delivery: delivery.id, page })}
          scroll={false}
          prefetch={false}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return
            event.preventDefault()
            list.change({ delivery: delivery.id, page })
          }}
          className="rounded-md text-ink hover:text-accent hover:underline"
        >
          {events.name(delivery.event_type)}
        </Link>
      ),
    },
    {
      id: 'status',
      bare: true,
      header: t('columns.status'),
      cell: ({ status, attempts }) => (
        <span className="flex flex-wrap items-center gap-2">
          <Status tone={deliveryTones[status] ?? 'neutral'}>{t(`statuses.${status}` as never)}</Status>
          {attempts > 1 && <span className="text-12 text-ink-3">{t('attempts', { count: attempts })}</span>}
        </span>
      ),
    },
    {
      id: 'subject',
      header: t('columns.subject'),
      cell: ({ subject }) => <code className="font-mono text-13 break-all">{subject}</code>,
    },
    {
      id: 'answer',
      header: t('columns.answer'),
      cell: ({ answer }) =>
        answer ? (
          <span className="tabular-nums">{answer.status === 0 ? t('noAnswer') : answer.status}</span>
        ) : (
          '–'
        ),
    },
    {
      id: 'target',
      header: t('columns.target'),
      cell: ({ target }) => <code className="font-mono text-13 break-all">{target}</code>,
    },
    { id: 'time', header: t('columns.time'), cell: ({ creation_time }) => <Time at={creation_time} /> },
  ]
  return (
    <div>
      <QueryTable
        id="webhook-deliveries"
        label={t('title')}
        columns={columns}
        query={query}
        list={list}
        pageSize={deliveryPageSize}
        skeletonRows={4}
        rowKey={(delivery) => String(delivery.id)}
        rowLabel={({ event_type, subject }) => `${events.name(event_type)} ${subject}`}
        toolbar={
          <>
            <Select
              aria-label={t('statusFilter')}
              value={readDeliveryStatus(params) ?? ''}
              onChange={(event) => list.change({ status: event.target.value })}
              options={[
                { value: '', label: t('anyStatus') },
                ...deliveryStatuses.map((value) => ({ value, label: t(`statuses.${value}`) })),
              ]}
            />
            <RedeliverAll project={project} id={id} />
          </>
        }
        empty={
          <EmptyState icon="webhook" title={t('empty')}>
            {t('emptyHelp')}
          </EmptyState>
        }
      />
      {open !== undefined && (
        <Suspense>
          <DeliveryPanel
            project={project}
            id={id}
            deliveryId={open}
            onClose={() => list.change({ delivery: undefined, page }, true)}
          />
        </Suspense>
      )}
    </div>
  )
}

/** Offered while something was given up. */
function RedeliverAll({ project, id }: { project: string; id: number }) {
  const t = useTranslations('webhooks.deliveries')
  const notify = useNotify()
  const describe = useProblem()
  const can = usePermissions(useProject(project)?.project_id)
  const input = webhookInput(project, id)
  const dead = useApiQuery(
    'listWebhookDeliveries',
    { ...input, query: { q: 'status=dead', page_size: 1 } },
    { pollMs: POLL_MS },
  )
  const redeliver = useApiMutation('redeliverDeadWebhooks', ['listWebhookDeliveries'])
  const count = dead.data?.total ?? 0
  if (count === 0 || !can('notification-policy', 'update')) return null
  // Berth sends some hundreds at once.
  const goOn = (before: number) =>
    redeliver.mutate(input, {
      onSuccess: ({ data: { deliveries, more } }) =>
        more ? goOn(before + deliveries) : notify('good', t('redelivering', { count: before + deliveries })),
      onError: (error) => notify('bad', `${describe(error).title}. ${describe(error).detail}`),
    })
  return (
    <Button className="ml-auto" busy={redeliver.isPending} onClick={() => goOn(0)}>
      {t('redeliverAll', { count })}
    </Button>
  )
}
