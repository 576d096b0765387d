'use client'
import type { Schemas } from '@berth/contract'
import { Bytes, type Column, EmptyState, Icon, Menu, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { quotaPageSize, quotaSort, quotaSorts, quotasInput } from './quota-list-state.ts'
import { UsageBar } from './usage-bar.tsx'

type Quota = Schemas['Quota']
const EditLimit = lazy(() => import('./edit-limit.tsx'))
const Recalculate = lazy(() => import('./recalculate.tsx'))

export function QuotaList() {
  const t = useTranslations('quotas')
  const { Link } = useUi()
  const list = useListState(quotaSorts)
  const query = useApiQuery('listQuotas', quotasInput(useSearchParams()), { keepPrevious: true })
  const [asking, setAsking] = useState<{ what: 'edit' | 'recalculate'; quota: Quota }>()
  const frozen = useSystemReadOnly()
  const nameOf = (quota: Quota) => String(quota.ref.name)
  const columns: Column<Quota>[] = [
    {
      id: 'project',
      header: t('columns.project'),
      primary: true,
      cell: (quota) => (
        <Link
          href={`/projects/${nameOf(quota)}/storage`}
          className="rounded-md break-all text-ink hover:text-accent hover:underline"
        >
          {nameOf(quota)}
        </Link>
      ),
    },
    {
      id: 'owner',
      header: t('columns.owner'),
      defaultHidden: true,
      cell: ({ ref }) => String(ref.owner_name || '–'),
    },
    {
      id: 'used',
      header: t('columns.used'),
      sortKey: 'used.storage',
      bare: true,
      width: '45%',
      cell: (quota) => (
        <UsageBar
          usedBytes={quota.used.storage ?? 0}
          limitBytes={quota.hard.storage ?? -1}
          label={t('usageOf', { project: nameOf(quota) })}
        />
      ),
    },
    {
      id: 'limit',
      defaultHidden: true,
      header: t('columns.limit'),
      sortKey: 'hard.storage',
      align: 'end',
      cell: ({ hard }) =>
        (hard.storage ?? -1) < 0 ? (
          <span className="text-ink-3">{t('noLimit')}</span>
        ) : (
          <Bytes sizeBytes={hard.storage ?? 0} />
        ),
    },
  ]
  if (!frozen) {
    columns.push({
      id: 'actions',
      header: t('columns.actions'),
      actions: true,
      align: 'end',
      cell: (quota) => (
        <Menu
          label={t('menu', { project: nameOf(quota) })}
          trigger={<Icon name="more" />}
          items={[
            {
              label: t('edit.action'),
              icon: 'edit',
              onSelect: () => setAsking({ what: 'edit', quota }),
            },
            {
              label: t('recalculate.action'),
              icon: 'search',
              onSelect: () => setAsking({ what: 'recalculate', quota }),
            },
          ]}
        />
      ),
    })
  }
  return (
    <div>
      <QueryTable
        id="quotas"
        label={t('title')}
        columns={columns}
        query={query}
        list={list}
        pageSize={quotaPageSize}
        rowKey={({ id }) => String(id)}
        rowLabel={nameOf}
        sort={list.sort || quotaSort}
        empty={
          <EmptyState icon="projects" title={t('empty')}>
            {t('emptyHelp')}
          </EmptyState>
        }
      />
      <Suspense>
        {asking?.what === 'edit' && <EditLimit quota={asking.quota} onClose={() => setAsking(undefined)} />}
        {asking?.what === 'recalculate' && (
          <Recalculate quota={asking.quota} onClose={() => setAsking(undefined)} />
        )}
      </Suspense>
    </div>
  )
}
