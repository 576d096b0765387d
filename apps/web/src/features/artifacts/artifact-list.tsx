'use client'
import { Button, FilterField, Pagination, Table } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { useTableState } from '@/features/frame/table-state.tsx'
import { useArtifactColumns } from './artifact-columns.tsx'
import { artifactPageSize, artifactSorts, artifactsInput, showsUntagged } from './artifact-list-state.ts'
import { type Artifact, artifactName } from './artifact-names.ts'
import { filterKeys } from './artifact-query.ts'

const NoArtifacts = lazy(() => import('./no-artifacts.tsx'))
const DeleteArtifacts = lazy(() => import('./delete-artifacts.tsx'))

type Props = { project: string; repository: string; mayPush: boolean; mayDelete: boolean }

/** The artifacts of a repository. Filter, switch, sort and page are in the URL; rows come page by page. */
export function ArtifactList({ project, repository, mayPush, mayDelete }: Props) {
  const t = useTranslations('artifacts')
  const list = useListState(artifactSorts)
  const params = useSearchParams()
  const untagged = showsUntagged(params)
  const path = { project_name: project, repository_name: repository }
  const query = useApiQuery('listArtifacts', artifactsInput({ path }, params), { keepPrevious: true })
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [deleting, setDeleting] = useState<Artifact[]>()
  const columns = useArtifactColumns(project, repository)
  return (
    <section aria-label={t('title')}>
      <Table
        id="artifacts"
        label={t('title')}
        columns={columns}
        rows={query.data?.data ?? []}
        rowKey={({ digest }) => digest}
        rowLabel={artifactName}
        state={useTableState(query)}
        sort={list.sort || '-push_time'}
        onSort={(sort) => list.change({ sort })}
        selection={mayDelete ? { keys: chosen, onChange: setChosen } : undefined}
        bulkActions={(rows) => (
          <Button size="sm" variant="danger" icon="trash" onClick={() => setDeleting(rows)}>
            {t('delete.action')}
          </Button>
        )}
        toolbar={
          <>
            <FilterField
              label={t('filter')}
              value={list.q}
              onChange={(q) => list.change({ q }, true)}
              keys={filterKeys}
            />
            <label className="flex items-center gap-2 text-13">
              <input
                type="checkbox"
                className="size-4 accent-accent"
                checked={untagged}
                onChange={(event) => list.change({ untagged: event.target.checked ? 1 : undefined })}
              />
              {t('untagged')}
            </label>
          </>
        }
        empty={
          <Suspense fallback={<div className="h-40" />}>
            <NoArtifacts
              project={project}
              repository={repository}
              mayPush={mayPush}
              filtered={list.q !== ''}
              untagged={untagged}
              allHref={list.href({ q: '', untagged: 1 })}
            />
          </Suspense>
        }
      />
      <Pagination
        page={list.page}
        pageSize={artifactPageSize}
        total={query.data?.total ?? 0}
        hrefFor={(page) => list.href({ page })}
        onGo={(page) => list.change({ page })}
      />
      {deleting && (
        <Suspense>
          <DeleteArtifacts
            project={project}
            repository={repository}
            artifacts={deleting}
            onClose={() => setDeleting(undefined)}
            onDone={() => {
              setChosen(new Set())
              setDeleting(undefined)
            }}
          />
        </Suspense>
      )}
    </section>
  )
}
