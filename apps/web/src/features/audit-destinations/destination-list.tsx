'use client'
import type { Schemas } from '@berth/contract'
import {
  Badge,
  ButtonLink,
  type Column,
  Count,
  EmptyState,
  Icon,
  Menu,
  type MenuItem,
  Status,
  Table,
  Time,
  type Tone,
  useNotify,
  useUi,
} from '@berth/ui'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { useProblem } from '@/features/frame/problem.tsx'
import { useTableState } from '@/features/frame/table-state.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { fromDestination, toDestinationBody } from './destination-draft.ts'

type Destination = Schemas['AuditDestination']
const DeleteDestination = lazy(() => import('./delete-destination.tsx'))
const POLL_MS = 10_000
export const destinationsPath = '/audit-log/destinations'

const tones: Record<NonNullable<Destination['state']>, Tone> = {
  disabled: 'neutral',
  current: 'good',
  sending: 'accent',
  retrying: 'warn',
  losing: 'bad',
}

/** Where the audit log goes on to, and how it is going. */
export function DestinationList() {
  const t = useTranslations('auditDestinations')
  const { Link } = useUi()
  const frozen = useSystemReadOnly()
  const query = useApiQuery('listAuditDestinations', {}, { pollMs: POLL_MS })
  const [deleting, setDeleting] = useState<Destination>()
  const columns: Column<Destination>[] = [
    {
      id: 'name',
      header: t('columns.name'),
      primary: true,
      cell: ({ id, name, configured }) =>
        configured ? (
          <span className="flex flex-wrap items-center gap-2">
            {name} <Badge>{t('configured')}</Badge>
          </span>
        ) : (
          <Link
            href={`${destinationsPath}/${id}`}
            className="rounded-md break-all text-ink hover:text-accent hover:underline"
          >
            {name}
          </Link>
        ),
    },
    {
      id: 'state',
      bare: true,
      header: t('columns.state'),
      cell: ({ state = 'current', last_error: error, next_attempt_time: next }) => (
        <span className="flex min-w-0 flex-col items-start gap-1">
          <Status tone={tones[state]}>{t(`states.${state}`)}</Status>
          {(state === 'retrying' || state === 'losing') && error && (
            <span lang="en" className="text-12 break-words text-ink-2">
              {error}
            </span>
          )}
          {state === 'retrying' && next && (
            <span className="text-12 text-ink-3">
              {t('next')} <Time at={next} />
            </span>
          )}
        </span>
      ),
    },
    {
      id: 'address',
      header: t('columns.address'),
      cell: ({ address, previous_secret_until: until }) => (
        <span className="flex min-w-0 flex-col gap-1">
          <code className="font-mono text-13 break-all">{address}</code>
          {until && (
            <span className="text-12 text-ink-3">
              {t.rich('form.previousKey', { at: () => <Time at={until} /> })}
            </span>
          )}
        </span>
      ),
    },
    {
      id: 'waiting',
      align: 'end',
      header: t('columns.waiting'),
      cell: ({ waiting = 0 }) => <Count value={waiting} />,
    },
    {
      id: 'delivered',
      align: 'end',
      header: t('columns.delivered'),
      cell: ({ delivered = 0 }) => <Count value={delivered} />,
    },
    {
      id: 'lost',
      align: 'end',
      header: t('columns.lost'),
      cell: ({ lost = 0 }) => (
        <span className={lost > 0 ? 'font-medium text-bad' : undefined}>
          <Count value={lost} />
        </span>
      ),
    },
    {
      id: 'actions',
      actions: true,
      align: 'end',
      header: t('columns.actions'),
      cell: (destination) => <DestinationMenu destination={destination} onDelete={setDeleting} />,
    },
  ]
  return (
    <div className="flex flex-col gap-3">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <p className="max-w-[72ch] text-13 text-ink-2">{t('description')}</p>
        {!frozen && (
          <ButtonLink variant="primary" icon="plus" href={`${destinationsPath}/new`}>
            {t('new')}
          </ButtonLink>
        )}
      </header>
      <Table
        id="audit-destinations"
        fixedColumns
        label={t('title')}
        columns={columns}
        rows={query.data?.data ?? []}
        rowKey={({ id }) => String(id)}
        rowLabel={({ name }) => name ?? ''}
        state={useTableState(query, 2)}
        empty={
          <EmptyState icon="external" title={t('empty')}>
            {t('emptyHelp')}
          </EmptyState>
        }
      />
      {deleting && (
        <Suspense>
          <DeleteDestination destination={deleting} onClose={() => setDeleting(undefined)} />
        </Suspense>
      )}
    </div>
  )
}

type MenuProps = { destination: Destination; onDelete: (destination: Destination) => void }

function DestinationMenu({ destination, onDelete }: MenuProps) {
  const t = useTranslations('auditDestinations')
  const notify = useNotify()
  const describe = useProblem()
  const frozen = useSystemReadOnly()
  const test = useApiMutation('testAuditDestination', ['listAuditDestinations'])
  const update = useApiMutation('updateAuditDestination', ['listAuditDestinations'])
  const { id = 0, name = '', enabled = false, configured } = destination
  const path = { audit_destination_id: id }
  const onError = (error: Error) => notify('bad', `${describe(error).title}. ${describe(error).detail}`)
  if (frozen) return null
  const items: MenuItem[] = [
    {
      label: t('test.action'),
      icon: 'check',
      onSelect: () =>
        test.mutate(
          { path },
          {
            onSuccess: ({ data }) =>
              notify(
                data.ok ? 'good' : 'bad',
                t(data.ok ? 'test.good' : 'test.bad', { name, message: data.message ?? '' }),
              ),
            onError,
          },
        ),
    },
  ]
  if (!configured)
    items.push(
      { kind: 'link', label: t('edit'), icon: 'edit', href: `${destinationsPath}/${id}` },
      {
        label: t(enabled ? 'disable' : 'enable'),
        icon: enabled ? 'lock' : 'check',
        onSelect: () =>
          update.mutate(
            {
              path,
              body: { ...toDestinationBody(fromDestination(destination), destination), enabled: !enabled },
            },
            { onSuccess: () => notify('good', t(enabled ? 'disabled' : 'enabled', { name })), onError },
          ),
      },
      { kind: 'line' },
      { label: t('delete.action'), icon: 'trash', danger: true, onSelect: () => onDelete(destination) },
    )
  return <Menu label={t('menu', { name })} trigger={<Icon name="more" />} items={items} />
}
