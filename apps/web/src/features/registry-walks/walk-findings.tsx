'use client'
import type { Schemas } from '@berth/contract'
import { Badge, ButtonLink, type Column, EmptyState, FilterField, Reference, Select, Status } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { findingKinds, findingPageSize, findingsInput } from './walk-input.ts'
import { isActive } from './walk-progress.ts'

type Finding = Schemas['RegistryFinding']
const states = ['', 'open', 'mended'] as const

export function WalkFindings({ walk }: { walk: Schemas['RegistryWalk'] }) {
  const t = useTranslations('registryWalks')
  const list = useListState([])
  const query = useApiQuery('listRegistryFindings', findingsInput(walk.id, useSearchParams()), {
    keepPrevious: true,
    pollMs: isActive(walk.status) && 3_000,
  })
  const kind = list.param('kind')
  const state = list.param('state')
  const projects = list.param('projects')
  const filtered = list.q !== '' || kind !== '' || state !== ''
  const word = (value: string) => {
    const known = findingKinds.find((one) => one === value)
    return known ? t(`kinds.${known}`) : value
  }
  const columns: Column<Finding>[] = [
    {
      id: 'repository',
      header: t('columns.repository'),
      primary: true,
      cell: ({ repository, reference }) => (
        <span className="flex min-w-0 flex-col">
          <code className="font-mono text-13 break-all">{repository}</code>
          {reference &&
            (reference.includes(':') ? (
              <Reference digest={reference} copy={false} />
            ) : (
              <Reference tag={reference} copy={false} />
            ))}
        </span>
      ),
    },
    { id: 'kind', bare: true, header: t('columns.kind'), cell: (finding) => word(finding.kind) },
    {
      id: 'detail',
      bare: true,
      header: t('columns.detail'),
      cell: ({ detail }) => <span className="text-ink-2 break-words">{detail}</span>,
    },
    {
      id: 'mended',
      bare: true,
      header: t('columns.state'),
      cell: ({ mended }) =>
        mended ? <Status tone="good">{t('states.mended')}</Status> : <Badge>{t('states.open')}</Badge>,
    },
  ]
  return (
    <section aria-label={t('findings')} className="flex flex-col gap-3">
      <h2 className="text-16 font-semibold">{t('findings')}</h2>
      <div>
        <QueryTable
          id="registry-findings"
          fixedColumns
          label={t('findings')}
          columns={columns}
          query={query}
          list={list}
          pageSize={findingPageSize}
          pagesLabel={t('findings')}
          skeletonRows={4}
          rowKey={({ id }) => String(id)}
          rowLabel={({ repository }) => repository}
          toolbar={
            <>
              <FilterField
                label={t('filterRepository')}
                value={list.q}
                onChange={(q) => list.change({ q, projects }, true)}
              />
              <Select
                aria-label={t('filterKind')}
                value={kind}
                onChange={(event) => list.change({ kind: event.target.value, projects })}
                options={[
                  { value: '', label: t('allKinds') },
                  ...findingKinds.map((value) => ({ value, label: t(`kinds.${value}`) })),
                ]}
              />
              {walk.kind === 'reconcile' && (
                <Select
                  aria-label={t('filterState')}
                  value={state}
                  onChange={(event) => list.change({ state: event.target.value })}
                  options={states.map((value) => ({ value, label: t(`states.${value || 'all'}`) }))}
                />
              )}
            </>
          }
          empty={
            filtered ? (
              <EmptyState
                icon="search"
                title={t('noneMatches')}
                action={
                  <ButtonLink href={list.href({ q: '', kind: '', state: '' })}>{t('clearFilter')}</ButtonLink>
                }
              />
            ) : (
              <EmptyState icon="check" title={t(isActive(walk.status) ? 'nothingYet' : 'nothingFound')} />
            )
          }
        />
      </div>
    </section>
  )
}
