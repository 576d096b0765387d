'use client'
import type { Schemas } from '@berth/contract'
import { Badge, ButtonLink, type Column, EmptyState, Icon, Menu, type MenuItem, Time, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { LastRun } from './last-run.tsx'
import { NextStep } from './next-step.tsx'
import { PolicyRoute } from './policy-route.tsx'
import { isRunning } from './progress.ts'
import { policiesInput, policyPageSize, policyPath, replicationsPath } from './replication-input.ts'
import { usePolicyActions } from './use-policy-actions.ts'
import { usePolicyWords } from './use-policy-words.ts'

type Policy = Schemas['ReplicationPolicy']
const POLL_MS = 3_000
const REST_MS = 15_000
const DeletePolicy = lazy(() => import('./delete-policy.tsx'))

/** What is replicated by which rule, and how it went last. */
export function PolicyList() {
  const t = useTranslations('replications')
  const { Link } = useUi()
  const words = usePolicyWords()
  const frozen = useSystemReadOnly()
  const list = useListState([])
  const input = policiesInput(useSearchParams())
  const seen = useApiQuery('listReplicationPolicies', input, { keepPrevious: true })
  const busy = seen.data?.data.some(({ last_execution: run }) => run && isRunning(run)) ?? false
  const query = useApiQuery('listReplicationPolicies', input, {
    keepPrevious: true,
    pollMs: busy ? POLL_MS : REST_MS,
  })
  const [deleting, setDeleting] = useState<Policy>()
  const columns: Column<Policy>[] = [
    {
      id: 'name',
      header: t('columns.name'),
      primary: true,
      cell: ({ id = 0, name, description, enabled }) => (
        <span className="flex min-w-0 flex-col gap-0.5">
          <span className="flex flex-wrap items-center gap-2">
            <Link
              href={policyPath(id)}
              className="w-fit rounded-md wrap-anywhere text-ink hover:text-accent hover:underline"
            >
              {name}
            </Link>
            {!enabled && <Badge>{t('off')}</Badge>}
          </span>
          {description && <span className="text-12 break-words text-ink-3">{description}</span>}
        </span>
      ),
    },
    { id: 'route', header: t('columns.route'), cell: (policy) => <PolicyRoute policy={policy} /> },
    { id: 'trigger', header: t('columns.trigger'), cell: (policy) => words.trigger(policy) },
    {
      id: 'last',
      header: t('columns.last'),
      cell: ({ id = 0, last_execution: run }) => <LastRun policyId={id} run={run} />,
    },
    {
      id: 'changed',
      defaultHidden: true,
      header: t('columns.changed'),
      cell: ({ update_time: at }) => <Time at={at} />,
    },
  ]
  if (!frozen)
    columns.push({
      id: 'actions',
      actions: true,
      align: 'end',
      header: t('columns.actions'),
      cell: (policy) => <PolicyMenu policy={policy} onDelete={setDeleting} />,
    })
  return (
    <>
      <QueryTable
        id="replications"
        label={t('title')}
        columns={columns}
        query={query}
        list={list}
        pageSize={policyPageSize}
        skeletonRows={3}
        filter={t('filter')}
        rowKey={({ id }) => String(id)}
        rowLabel={({ name }) => name ?? ''}
        toolbar={
          <span className="ml-auto flex gap-2">
            <ButtonLink href={`${replicationsPath}/map`}>{t('map.link')}</ButtonLink>
            {!frozen && (
              <ButtonLink variant="primary" icon="plus" href={`${replicationsPath}/new`}>
                {t('new')}
              </ButtonLink>
            )}
          </span>
        }
        empty={list.q ? <EmptyState icon="search" title={t('empty.filtered')} /> : <NextStep />}
      />
      {deleting && (
        <Suspense>
          <DeletePolicy policy={deleting} onClose={() => setDeleting(undefined)} />
        </Suspense>
      )}
    </>
  )
}

type MenuProps = { policy: Policy; onDelete: (policy: Policy) => void }

function PolicyMenu({ policy, onDelete }: MenuProps) {
  const t = useTranslations('replications')
  const { id = 0, name = '', enabled = false } = policy
  const { run, toggle } = usePolicyActions(policy)
  const items: MenuItem[] = [
    ...(enabled ? [{ label: t('run'), icon: 'replicate' as const, onSelect: run }] : []),
    { kind: 'link', label: t('edit'), icon: 'edit', href: `${policyPath(id)}/edit` },
    { label: t(enabled ? 'disable' : 'enable'), icon: enabled ? 'lock' : 'check', onSelect: toggle },
    { kind: 'line' },
    { label: t('delete.action'), icon: 'trash', danger: true, onSelect: () => onDelete(policy) },
  ]
  return <Menu label={t('menu', { name })} trigger={<Icon name="more" />} items={items} />
}
