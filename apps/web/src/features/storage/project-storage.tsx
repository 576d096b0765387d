'use client'
import { Bytes, type Column, EmptyState, Table, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useTableState } from '@/features/frame/table-state.tsx'
import { ProjectUsage } from '@/features/quotas/project-usage.tsx'
import { repositoryPath } from '@/features/repositories/paths.ts'
import { storageInput } from './storage-input.ts'
import { StorageMap, sharedPattern } from './storage-map.tsx'
import type { RepositoryBytes } from './storage-tiles.ts'

const sizeOf = ({ ownBytes, sharedBytes }: RepositoryBytes) => ownBytes + sharedBytes

/** What takes the space of a project: as a picture, and as a table that says the same. */
export function ProjectStorage({ project }: { project: string }) {
  const t = useTranslations('storage')
  const query = useApiQuery('getProjectStorage', storageInput(project))
  const storage = query.data?.data
  const repositories = useMemo(
    () =>
      (storage?.repositories ?? []).map(({ repository_name, own, shared }) => ({
        name: repository_name.slice(project.length + 1),
        ownBytes: own,
        sharedBytes: shared,
      })),
    [storage, project],
  )
  if (query.isError) return <ProblemBanner error={query.error} />
  return (
    <div className="flex flex-col gap-4">
      <Section title={t('used')} description={t('usedHelp')}>
        <div className="flex flex-col gap-4">
          <ProjectUsage project={project} />
          {storage && (
            <ul className="flex flex-wrap gap-x-6 gap-y-1 text-13">
              <Key color="var(--chart-1)" name={t('own')} sizeBytes={storage.own} />
              <Key color={sharedPattern} name={t('shared')} sizeBytes={storage.shared} />
            </ul>
          )}
          {repositories.some((one) => sizeOf(one) > 0) && (
            <StorageMap project={project} repositories={repositories} />
          )}
          <p className="text-12 text-ink-3">{t('help')}</p>
        </div>
      </Section>
      <RepositoryBytesTable project={project} repositories={repositories} query={query} />
    </div>
  )
}

function Key({ color, name, sizeBytes }: { color: string; name: string; sizeBytes: number }) {
  return (
    <li className="flex items-center gap-2">
      <span aria-hidden="true" className="size-3 rounded-md" style={{ background: color }} />
      {name} <Bytes sizeBytes={sizeBytes} />
    </li>
  )
}

type TableProps = {
  project: string
  repositories: RepositoryBytes[]
  query: Parameters<typeof useTableState>[0]
}

const orders: Record<string, (a: RepositoryBytes, b: RepositoryBytes) => number> = {
  name: (a, b) => (a.name < b.name ? -1 : 1),
  own: (a, b) => a.ownBytes - b.ownBytes,
  shared: (a, b) => a.sharedBytes - b.sharedBytes,
  total: (a, b) => sizeOf(a) - sizeOf(b),
}

function RepositoryBytesTable({ project, repositories, query }: TableProps) {
  const t = useTranslations('storage')
  const { Link } = useUi()
  const [sort, setSort] = useState('-total')
  const order = orders[sort.replace('-', '')] ?? (() => 0)
  const rows = [...repositories].sort((a, b) => (sort.startsWith('-') ? order(b, a) : order(a, b)))
  const columns: Column<RepositoryBytes>[] = [
    {
      id: 'name',
      header: t('columns.repository'),
      primary: true,
      sortKey: 'name',
      cell: ({ name }) => (
        <Link
          href={repositoryPath(project, name)}
          prefetch={false}
          className="rounded-md font-mono text-13 break-all text-ink hover:text-accent hover:underline"
        >
          {name}
        </Link>
      ),
    },
    {
      id: 'own',
      header: t('own'),
      align: 'end',
      sortKey: 'own',
      cell: ({ ownBytes }) => <Bytes sizeBytes={ownBytes} />,
    },
    {
      id: 'shared',
      header: t('shared'),
      align: 'end',
      sortKey: 'shared',
      cell: ({ sharedBytes }) => <Bytes sizeBytes={sharedBytes} />,
    },
    {
      id: 'total',
      header: t('columns.total'),
      align: 'end',
      sortKey: 'total',
      cell: (row) => <Bytes sizeBytes={sizeOf(row)} />,
    },
  ]
  return (
    <Table
      id="storage"
      fixedColumns
      label={t('table')}
      columns={columns}
      rows={rows}
      rowKey={({ name }) => name}
      rowLabel={({ name }) => name}
      state={useTableState(query)}
      sort={sort}
      onSort={setSort}
      empty={
        <EmptyState icon="repository" title={t('empty')}>
          {t('emptyHelp')}
        </EmptyState>
      }
    />
  )
}
