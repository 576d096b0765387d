'use client'
import { Button, ButtonLink, type Column, EmptyState, IconButton, Time } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { QueryTable } from '@/features/frame/query-table.tsx'
import { LabelChip } from './label-chip.tsx'
import { type Label, type LabelSpace, labelPageSize, labelSorts, labelsInput } from './label-list-state.ts'

const LabelForm = lazy(() => import('./label-form.tsx'))
const DeleteLabels = lazy(() => import('./delete-labels.tsx'))

type Props = {
  space: LabelSpace
  /** The project's name, for its labels. */
  project?: string
  mayCreate: boolean
  mayUpdate: boolean
  mayDelete: boolean
}

/** The labels of a project, or the global ones, with what may be done to them. */
export function LabelList({ space, project, mayCreate, mayUpdate, mayDelete }: Props) {
  const t = useTranslations('labels')
  const list = useListState(labelSorts)
  const query = useApiQuery('ListLabels', labelsInput(space, useSearchParams()), { keepPrevious: true })
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [editing, setEditing] = useState<Label>()
  const [deleting, setDeleting] = useState<Label[]>()
  const page = list.param('page')
  const adding = mayCreate && list.param('add') === '1'
  const columns: Column<Label>[] = [
    {
      id: 'name',
      header: t('columns.name'),
      sortKey: 'name',
      primary: true,
      cell: (label) => <LabelChip label={label} />,
    },
    {
      id: 'description',
      bare: true,
      header: t('columns.description'),
      cell: ({ description }) =>
        description ? (
          <span className="[overflow-wrap:anywhere]">{description}</span>
        ) : (
          <span className="text-ink-3">–</span>
        ),
    },
    {
      id: 'created',
      header: t('columns.created'),
      sortKey: 'creation_time',
      cell: ({ creation_time }) => <Time at={creation_time} />,
    },
    {
      id: 'updated',
      header: t('columns.updated'),
      sortKey: 'update_time',
      defaultHidden: true,
      cell: ({ update_time }) => <Time at={update_time} />,
    },
  ]
  if (mayUpdate || mayDelete) {
    columns.push({
      id: 'actions',
      header: t('columns.actions'),
      actions: true,
      align: 'end',
      cell: (label) => (
        <span className="whitespace-nowrap">
          {mayUpdate && (
            <IconButton
              icon="edit"
              size="sm"
              label={t('edit', { name: label.name ?? '' })}
              onClick={() => setEditing(label)}
            />
          )}
          {mayDelete && (
            <IconButton
              icon="trash"
              size="sm"
              label={t('delete.action', { name: label.name ?? '' })}
              onClick={() => setDeleting([label])}
            />
          )}
        </span>
      ),
    })
  }
  return (
    <div>
      <QueryTable
        id="labels"
        label={t('title')}
        columns={columns}
        query={query}
        list={list}
        pageSize={labelPageSize}
        skeletonRows={4}
        filter={t('filter')}
        rowKey={({ id }) => String(id)}
        rowLabel={({ name }) => name ?? ''}
        sort={list.sort || 'name'}
        selection={mayDelete ? { keys: chosen, onChange: setChosen } : undefined}
        bulkActions={(rows) => (
          <Button size="sm" variant="danger" icon="trash" onClick={() => setDeleting(rows)}>
            {t('delete.bulk')}
          </Button>
        )}
        toolbar={
          mayCreate && (
            <Button
              variant="primary"
              icon="plus"
              className="ml-auto"
              onClick={() => list.change({ add: 1, page })}
            >
              {t('new')}
            </Button>
          )
        }
        empty={
          <EmptyState
            icon={list.q ? 'search' : 'tag'}
            title={t(list.q ? 'empty.filtered' : 'empty.title')}
            action={list.q && <ButtonLink href={list.href({ q: '' })}>{t('empty.clear')}</ButtonLink>}
          >
            {!list.q && t(project ? 'empty.helpProject' : 'empty.helpGlobal')}
          </EmptyState>
        }
      />
      <Suspense>
        {(adding || editing) && (
          <LabelForm
            key={editing?.id ?? 'new'}
            space={space}
            label={editing}
            onClose={() => (editing ? setEditing(undefined) : list.change({ add: undefined, page }, true))}
          />
        )}
        {deleting && (
          <DeleteLabels
            project={project}
            labels={deleting}
            onClose={() => setDeleting(undefined)}
            onDone={() => {
              setChosen(new Set())
              setDeleting(undefined)
            }}
          />
        )}
      </Suspense>
    </div>
  )
}
