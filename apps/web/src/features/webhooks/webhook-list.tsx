'use client'
import type { Schemas } from '@berth/contract'
import {
  Badge,
  ButtonLink,
  type Column,
  EmptyState,
  Icon,
  Menu,
  type MenuItem,
  Time,
  useNotify,
  useUi,
} from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { useProblem } from '@/features/frame/problem.tsx'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { usePermissions, useProject } from '@/features/projects/use-project.ts'
import { useEventWords } from './use-event-words.ts'
import { webhookInput, webhookPageSize, webhooksInput, webhooksPath } from './webhook-input.ts'
import { WebhookStatus } from './webhook-status.tsx'

type Policy = Schemas['WebhookPolicy']
const DeleteWebhook = lazy(() => import('./delete-webhook.tsx'))

/** Who is told of what happens in a project. */
export function WebhookList({ project }: { project: string }) {
  const t = useTranslations('webhooks')
  const { Link } = useUi()
  const events = useEventWords()
  const list = useListState([])
  const can = usePermissions(useProject(project)?.project_id)
  const query = useApiQuery('ListWebhookPoliciesOfProject', webhooksInput(project, useSearchParams()), {
    keepPrevious: true,
  })
  const [deleting, setDeleting] = useState<Policy>()
  const base = webhooksPath(project)
  const columns: Column<Policy>[] = [
    {
      id: 'name',
      header: t('columns.name'),
      primary: true,
      cell: ({ id, name }) => (
        <Link
          href={`${base}/${id}`}
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
      cell: (policy) => <WebhookStatus policy={policy} />,
    },
    {
      id: 'events',
      header: t('columns.events'),
      cell: ({ event_types = [] }) => (
        <span className="flex flex-wrap gap-1">
          {event_types.map((event) => (
            <Badge key={event}>{events.name(event)}</Badge>
          ))}
        </span>
      ),
    },
    {
      id: 'target',
      header: t('columns.target'),
      cell: ({ targets = [] }) => (
        <span className="flex flex-col">
          {targets.map(({ address = '' }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same address may stand there twice
            <code key={index} className="font-mono text-13 break-all">
              {URL.parse(address)?.host ?? address}
            </code>
          ))}
        </span>
      ),
    },
    {
      id: 'changed',
      defaultHidden: true,
      header: t('columns.changed'),
      cell: ({ update_time }) => <Time at={update_time} />,
    },
  ]
  if (can('notification-policy', 'update') || can('notification-policy', 'delete')) {
    columns.push({
      id: 'actions',
      header: t('columns.actions'),
      actions: true,
      align: 'end',
      cell: (policy) => (
        <WebhookMenu
          project={project}
          policy={policy}
          onDelete={can('notification-policy', 'delete') ? setDeleting : undefined}
        />
      ),
    })
  }
  return (
    <div>
      <QueryTable
        id="webhooks"
        label={t('title')}
        columns={columns}
        query={query}
        list={list}
        pageSize={webhookPageSize}
        skeletonRows={3}
        filter={t('filter')}
        rowKey={({ id }) => String(id)}
        rowLabel={({ name }) => name ?? ''}
        toolbar={
          can('notification-policy', 'create') && (
            <ButtonLink variant="primary" icon="plus" className="ml-auto" href={`${base}/new`}>
              {t('new')}
            </ButtonLink>
          )
        }
        empty={
          <EmptyState
            icon={list.q ? 'search' : 'webhook'}
            title={t(list.q ? 'empty.filtered' : 'empty.title')}
          >
            {!list.q && t('empty.help')}
          </EmptyState>
        }
      />
      {deleting && (
        <Suspense>
          <DeleteWebhook project={project} policy={deleting} onClose={() => setDeleting(undefined)} />
        </Suspense>
      )}
    </div>
  )
}

type MenuProps = { project: string; policy: Policy; onDelete: ((policy: Policy) => void) | undefined }

function WebhookMenu({ project, policy, onDelete }: MenuProps) {
  const t = useTranslations('webhooks')
  const notify = useNotify()
  const describe = useProblem()
  const can = usePermissions(useProject(project)?.project_id)
  const update = useApiMutation('UpdateWebhookPolicyOfProject', ['ListWebhookPoliciesOfProject'])
  const { id = 0, name = '', enabled = false } = policy
  const toggle = () =>
    update.mutate(
      { ...webhookInput(project, id), body: { ...policy, enabled: !enabled } },
      {
        onSuccess: () => notify('good', t(enabled ? 'disabledNow' : 'enabledNow', { name })),
        onError: (error) => notify('bad', `${describe(error).title}. ${describe(error).detail}`),
      },
    )
  const items: MenuItem[] = [
    { kind: 'link', label: t('open'), icon: 'edit', href: `${webhooksPath(project)}/${id}` },
  ]
  if (can('notification-policy', 'update'))
    items.push({
      label: t(enabled ? 'disable' : 'enable'),
      icon: enabled ? 'lock' : 'check',
      onSelect: toggle,
    })
  if (onDelete)
    items.push(
      { kind: 'line' },
      { label: t('delete.action'), icon: 'trash', danger: true, onSelect: () => onDelete(policy) },
    )
  return <Menu label={t('menu', { name })} trigger={<Icon name="more" />} items={items} />
}
