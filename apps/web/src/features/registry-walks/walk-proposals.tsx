'use client'
import type { Schemas } from '@berth/contract'
import { Badge, type Column, Count, EmptyState, Pagination, type Selection, Table, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { useTableState } from '@/features/frame/table-state.tsx'
import { Access } from '@/features/projects/access.tsx'
import { proposalPageSize, proposalsInput } from './walk-input.ts'
import { isActive } from './walk-progress.ts'

type Proposal = Schemas['RegistryProposal']
type Props = {
  walk: Schemas['RegistryWalk']
  selection?: Selection
  /** What can be done with the plan: given how many projects it proposes. */
  action?: (total: number) => ReactNode
}

/** What goes into which project. A project that exists keeps its members and its access: said where it matters. */
export function WalkProposals({ walk, selection, action }: Props) {
  const t = useTranslations('registryWalks')
  const { Link } = useUi()
  const list = useListState([])
  const input = proposalsInput(walk.id, useSearchParams())
  const query = useApiQuery('listRegistryProposals', input, {
    keepPrevious: true,
    pollMs: isActive(walk.status) && 3_000,
  })
  const total = query.data?.total ?? 0
  const planned = walk.kind === 'plan'
  const columns: Column<Proposal>[] = [
    {
      id: 'project',
      header: t('columns.project'),
      primary: true,
      cell: ({ project, exists }) =>
        exists ? (
          <Link
            href={`/projects/${project}`}
            className="rounded-md break-all text-ink hover:text-accent hover:underline"
          >
            {project}
          </Link>
        ) : (
          <span className="break-all">{project}</span>
        ),
    },
    {
      id: 'repositories',
      header: t('columns.repositories'),
      align: 'end',
      cell: ({ repositories }) => <Count value={repositories} />,
    },
    {
      id: 'tags',
      header: t('columns.tags'),
      align: 'end',
      cell: ({ tags }) => <Count value={tags} />,
    },
    {
      id: 'what',
      bare: true,
      header: t(planned ? 'columns.plan' : 'columns.access'),
      cell: (proposal) =>
        proposal.exists ? (
          <span className="flex flex-wrap items-center gap-2">
            {planned && <Badge tone="warn">{t('exists')}</Badge>}
            <Access isPublic={proposal.public === true} />
            {planned && (
              <span className="text-12 text-ink-2">
                {proposal.owner_name ? t('existsOwner', { owner: proposal.owner_name }) : t('existsHelp')}
              </span>
            )}
          </span>
        ) : (
          <Badge tone="good">{t('isNew')}</Badge>
        ),
    },
  ]
  return (
    <section aria-label={t(planned ? 'proposed' : 'adopted')} className="flex flex-col gap-3">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="max-w-[72ch]">
          <h2 className="text-16 font-semibold">{t(planned ? 'proposed' : 'adopted')}</h2>
          {planned && <p className="text-13 text-ink-2">{t('proposedHelp')}</p>}
        </div>
        {action?.(total)}
      </header>
      <div>
        <Table
          id="registry-proposals"
          fixedColumns
          label={t(planned ? 'proposed' : 'adopted')}
          columns={columns}
          rows={query.data?.data ?? []}
          rowKey={({ project }) => project}
          rowLabel={({ project }) => project}
          state={useTableState(query, 4)}
          selection={selection}
          empty={
            <EmptyState icon="projects" title={t(isActive(walk.status) ? 'nothingYet' : 'noProposals')}>
              {!isActive(walk.status) && t('noProposalsHelp')}
            </EmptyState>
          }
        />
        <Pagination
          label={t(planned ? 'proposed' : 'adopted')}
          page={input.query?.page ?? 1}
          pageSize={proposalPageSize}
          total={total}
          hrefFor={(projects) => list.href({ projects })}
          onGo={(projects) => list.change({ projects })}
        />
      </div>
    </section>
  )
}
