'use client'
import { FilterField } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { useArtifactColumns } from './artifact-columns.tsx'
import type { ArtifactDeed, ArtifactDeeds } from './artifact-deeds.ts'
import { artifactPageSize, artifactSorts, artifactsInput, showsUntagged } from './artifact-list-state.ts'
import { type Artifact, artifactName } from './artifact-names.ts'
import { filterKeys } from './artifact-query.ts'
import { useLabelCondition } from './use-label-condition.ts'

const NoArtifacts = lazy(() => import('./no-artifacts.tsx'))
const ArtifactActions = lazy(() => import('./artifact-actions.tsx'))
const ArtifactDialog = lazy(() => import('./artifact-dialog.tsx'))

type Props = {
  project: string
  /** Undefined until the project is known. */
  projectId: number | undefined
  repository: string
  mayPush: boolean
  may: ArtifactDeeds
}

/** The artifacts of a repository. Filter, switch, sort and page are in the URL; rows come page by page. */
export function ArtifactList({ project, projectId, repository, mayPush, may }: Props) {
  const t = useTranslations('artifacts')
  const list = useListState(artifactSorts)
  const params = useSearchParams()
  const untagged = showsUntagged(params)
  const path = { project_name: project, repository_name: repository }
  const labels = useLabelCondition(projectId, list.q)
  const query = useApiQuery('listArtifacts', artifactsInput({ path }, params, labels ?? undefined), {
    enabled: labels !== null,
    keepPrevious: true,
  })
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [work, setWork] = useState<{ deed: ArtifactDeed; artifacts: Artifact[] }>()
  const columns = useArtifactColumns(project, repository)
  return (
    <section aria-label={t('title')}>
      <QueryTable
        id="artifacts"
        label={t('title')}
        columns={columns}
        query={query}
        list={list}
        pageSize={artifactPageSize}
        rowKey={({ digest }) => digest}
        rowLabel={artifactName}
        sort={list.sort || '-push_time'}
        selection={may.delete || may.label || may.copy ? { keys: chosen, onChange: setChosen } : undefined}
        bulkActions={(rows) => (
          <Suspense>
            <ArtifactActions may={may} onDeed={(deed) => setWork({ deed, artifacts: rows })} />
          </Suspense>
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
      {work && (
        <Suspense>
          <ArtifactDialog
            {...work}
            project={project}
            repository={repository}
            onClose={() => setWork(undefined)}
            onDone={() => {
              setChosen(new Set())
              setWork(undefined)
            }}
          />
        </Suspense>
      )}
    </section>
  )
}
