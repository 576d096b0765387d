'use client'
import type { Schemas } from '@berth/contract'
import { Badge, Button, ButtonLink, type Column, EmptyState, Time, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import type { ArtifactPlace } from '@/features/artifacts/artifact-input.ts'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { artifactPath } from '@/features/repositories/paths.ts'
import { AddTag } from './add-tag.tsx'
import { tagPageSize, tagSorts, tagsInput } from './tag-list-state.ts'

type Tag = Schemas['Tag']
const DeleteTags = lazy(() => import('./delete-tags.tsx'))

type Props = {
  place: ArtifactPlace
  artifact: Schemas['Artifact']
  mayCreate: boolean
  mayDelete: boolean
}

export default function TagList({ place, artifact, mayCreate, mayDelete }: Props) {
  const t = useTranslations('tags')
  const { Link } = useUi()
  const list = useListState(tagSorts)
  const byDigest = { ...place, reference: artifact.digest }
  const query = useApiQuery('listTags', tagsInput(byDigest, useSearchParams()), { keepPrevious: true })
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [deleting, setDeleting] = useState<Tag[]>()
  const columns: Column<Tag>[] = [
    {
      id: 'name',
      header: t('columns.name'),
      sortKey: 'name',
      primary: true,
      cell: ({ name, immutable }) => (
        <span className="flex min-w-0 items-center gap-2">
          <Link
            href={artifactPath(place.project, place.repository, name)}
            className="rounded-md font-mono text-13 break-all text-ink hover:text-accent hover:underline"
          >
            {name}
          </Link>
          {immutable && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what it means must be reachable with the keyboard
            <span tabIndex={0} data-tip={t('immutableHelp')} className="rounded-md">
              <Badge icon="lock">{t('immutable')}</Badge>
            </span>
          )}
        </span>
      ),
    },
    {
      id: 'pushed',
      header: t('columns.pushed'),
      sortKey: 'push_time',
      cell: ({ push_time }) => <Time at={push_time} />,
    },
    {
      id: 'pulled',
      header: t('columns.pulled'),
      sortKey: 'pull_time',
      cell: ({ pull_time }) => <Time at={pull_time} />,
    },
  ]
  return (
    <div className="flex flex-col gap-4">
      {mayCreate && <AddTag place={byDigest} />}
      <div>
        <QueryTable
          id="tags"
          label={t('title')}
          columns={columns}
          query={query}
          list={list}
          pageSize={tagPageSize}
          filter={t('filter')}
          rowKey={({ name }) => name}
          rowLabel={({ name }) => name}
          sort={list.sort || '-push_time'}
          selection={mayDelete ? { keys: chosen, onChange: setChosen } : undefined}
          bulkActions={(rows) => {
            const free = rows.filter(({ immutable }) => !immutable).length
            return free === 0 ? (
              <span className="text-13 text-ink-2">{t('allImmutable', { count: rows.length })}</span>
            ) : (
              <Button size="sm" variant="danger" icon="trash" onClick={() => setDeleting(rows)}>
                {t('deleteMany', { count: free })}
              </Button>
            )
          }}
          empty={
            list.q ? (
              <EmptyState
                icon="search"
                title={t('filtered')}
                action={<ButtonLink href={list.href({ q: '' })}>{t('clear')}</ButtonLink>}
              />
            ) : (
              <EmptyState icon="tag" title={t('empty')}>
                {t('emptyHelp')}
              </EmptyState>
            )
          }
        />
      </div>
      {deleting && (
        <Suspense>
          <DeleteTags
            place={byDigest}
            shownTag={place.reference}
            tags={deleting}
            onClose={() => setDeleting(undefined)}
            onDone={() => {
              setChosen(new Set())
              setDeleting(undefined)
            }}
          />
        </Suspense>
      )}
    </div>
  )
}
