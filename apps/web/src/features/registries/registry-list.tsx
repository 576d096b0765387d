'use client'
import type { Schemas } from '@berth/contract'
import {
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
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { RegistryHealth } from './registry-health.tsx'
import { registriesInput, registriesPath, registryPageSize } from './registry-list-state.ts'
import { useKindName } from './use-kind-name.ts'

type Registry = Schemas['Registry']
const DeleteRegistry = lazy(() => import('./delete-registry.tsx'))
const POLL_MS = 15_000

/** Other registries, and how they are. */
export function RegistryList() {
  const t = useTranslations('registries')
  const { Link } = useUi()
  const frozen = useSystemReadOnly()
  const list = useListState([])
  const query = useApiQuery('listRegistries', registriesInput(useSearchParams()), {
    keepPrevious: true,
    pollMs: POLL_MS,
  })
  const [deleting, setDeleting] = useState<Registry>()
  const kindName = useKindName()
  const columns: Column<Registry>[] = [
    {
      id: 'name',
      header: t('columns.name'),
      primary: true,
      width: '30%',
      cell: ({ id, name, description }) => (
        <span className="flex min-w-0 flex-col gap-0.5">
          <Link
            href={`${registriesPath}/${id}`}
            className="w-fit rounded-md wrap-anywhere text-ink hover:text-accent hover:underline"
          >
            {name}
          </Link>
          {description && <span className="text-12 break-words text-ink-3">{description}</span>}
        </span>
      ),
    },
    {
      id: 'status',
      bare: true,
      header: t('columns.status'),
      cell: (registry) => <RegistryHealth registry={registry} />,
    },
    { id: 'type', header: t('columns.type'), cell: ({ type }) => kindName(type) },
    {
      id: 'url',
      header: t('columns.url'),
      width: '26%',
      cell: ({ url }) => <code className="font-mono text-13 wrap-anywhere">{url}</code>,
    },
    {
      id: 'checked',
      header: t('columns.checked'),
      cell: ({ checked_time: at }) => (at ? <Time at={at} /> : '–'),
    },
    {
      id: 'actions',
      actions: true,
      align: 'end',
      header: t('columns.actions'),
      cell: (registry) => <RegistryMenu registry={registry} onDelete={setDeleting} />,
    },
  ]
  return (
    <>
      <QueryTable
        id="registries"
        label={t('title')}
        columns={columns}
        query={query}
        list={list}
        pageSize={registryPageSize}
        skeletonRows={3}
        filter={t('filter')}
        rowKey={({ id }) => String(id)}
        rowLabel={({ name }) => name ?? ''}
        toolbar={
          !frozen && (
            <ButtonLink variant="primary" icon="plus" href={`${registriesPath}/new`} className="ml-auto">
              {t('new')}
            </ButtonLink>
          )
        }
        empty={
          list.q ? (
            <EmptyState icon="search" title={t('empty.filtered')} />
          ) : (
            <EmptyState
              icon="globe"
              title={t('empty.title')}
              action={
                !frozen && (
                  <ButtonLink variant="primary" icon="plus" href={`${registriesPath}/new`}>
                    {t('new')}
                  </ButtonLink>
                )
              }
            >
              {t('empty.help')}
            </EmptyState>
          )
        }
      />
      {deleting && (
        <Suspense>
          <DeleteRegistry registry={deleting} onClose={() => setDeleting(undefined)} />
        </Suspense>
      )}
    </>
  )
}

type MenuProps = { registry: Registry; onDelete: (registry: Registry) => void }

function RegistryMenu({ registry, onDelete }: MenuProps) {
  const t = useTranslations('registries')
  const notify = useNotify()
  const describe = useProblem()
  const frozen = useSystemReadOnly()
  const ping = useApiMutation('pingRegistry', ['listRegistries'])
  const { id = 0, name = '' } = registry
  const items: MenuItem[] = [
    {
      label: t('test.action'),
      icon: 'check',
      onSelect: () =>
        ping.mutate(
          { body: { id } },
          {
            onSuccess: () => notify('good', t('test.good', { name })),
            onError: (error) => notify('bad', t('test.bad', { name, detail: describe(error).detail })),
          },
        ),
    },
    ...(frozen
      ? []
      : [
          { kind: 'link' as const, label: t('edit'), icon: 'edit' as const, href: `${registriesPath}/${id}` },
          { kind: 'line' as const },
          {
            label: t('delete.action'),
            icon: 'trash' as const,
            danger: true,
            onSelect: () => onDelete(registry),
          },
        ]),
  ]
  return <Menu label={t('menu', { name })} trigger={<Icon name="more" />} items={items} />
}
