'use client'
import type { Schemas } from '@berth/contract'
import { Button, ButtonLink, type Column, Count, EmptyState, Time, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { usePermissions, useProject } from '@/features/projects/use-project.ts'
import { PushCommands } from './push-commands.tsx'
import {
  repositoriesInput,
  repositoryPageSize,
  repositoryPath,
  repositorySort,
  repositorySorts,
  shortName,
} from './repository-list-state.ts'

type Repository = Schemas['Repository']
const DeleteRepositories = lazy(() => import('./delete-repositories.tsx'))

export function RepositoryList({ project }: { project: string }) {
  const t = useTranslations('repositories')
  const { Link } = useUi()
  const list = useListState(repositorySorts)
  const can = usePermissions(useProject(project)?.project_id)
  const query = useApiQuery('listRepositories', repositoriesInput(project, useSearchParams()), {
    keepPrevious: true,
  })
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [deleting, setDeleting] = useState<Repository[]>()
  const mayPush = can('repository', 'push')

  const columns: Column<Repository>[] = [
    {
      id: 'name',
      header: t('columns.name'),
      sortKey: 'name',
      primary: true,
      cell: ({ name }) => (
        <Link
          href={repositoryPath(project, shortName(name))}
          className="rounded-md break-all text-ink hover:text-accent hover:underline"
        >
          {shortName(name)}
        </Link>
      ),
    },
    {
      id: 'artifacts',
      header: t('columns.artifacts'),
      align: 'end',
      cell: (row) => <Count value={row.artifact_count} />,
    },
    {
      id: 'pulls',
      header: t('columns.pulls'),
      sortKey: 'pull_count',
      align: 'end',
      cell: (row) => <Count value={row.pull_count} />,
    },
    {
      id: 'created',
      header: t('columns.created'),
      sortKey: 'creation_time',
      defaultHidden: true,
      cell: (row) => <Time at={row.creation_time} />,
    },
    {
      id: 'updated',
      header: t('columns.updated'),
      sortKey: 'update_time',
      cell: (row) => <Time at={row.update_time} />,
    },
  ]

  return (
    <>
      <QueryTable
        id="repositories"
        label={t('label')}
        columns={columns}
        query={query}
        list={list}
        pageSize={repositoryPageSize}
        filter={t('filter')}
        rowKey={({ name }) => name}
        rowLabel={({ name }) => shortName(name)}
        sort={list.sort || repositorySort}
        selection={can('repository', 'delete') ? { keys: chosen, onChange: setChosen } : undefined}
        bulkActions={(rows) => (
          <Button size="sm" variant="danger" icon="trash" onClick={() => setDeleting(rows)}>
            {t('delete.action')}
          </Button>
        )}
        empty={
          list.q ? (
            <EmptyState
              icon="search"
              title={t('empty.filtered')}
              action={<ButtonLink href={list.href({ q: '' })}>{t('empty.clear')}</ButtonLink>}
            />
          ) : (
            <EmptyState icon="repository" title={t('empty.title')}>
              {t(mayPush ? 'empty.push' : 'empty.noPush')}
            </EmptyState>
          )
        }
      />
      {mayPush && <PushCommands project={project} />}
      {deleting && (
        <Suspense>
          <DeleteRepositories
            project={project}
            repositories={deleting}
            onClose={() => setDeleting(undefined)}
            onDone={() => {
              setChosen(new Set())
              setDeleting(undefined)
            }}
          />
        </Suspense>
      )}
    </>
  )
}
