'use client'
import { Button, cx, Skeleton } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useListState } from '@/data/use-list-state.ts'

const DescriptionView = lazy(() => import('./description-view.tsx'))
const EditDescription = lazy(() => import('./edit-description.tsx'))

/** More than this many lines are folded, so that the artifacts below stay in sight. */
const foldedLines = 9

type Props = { project: string; repository: string; text: string; mayEdit: boolean }

/** What a repository is about, in its writer's words; `edit=description` in the URL opens the editor. */
export function Description({ project, repository, text, mayEdit }: Props) {
  const t = useTranslations('repository.description')
  const list = useListState([])
  const [unfolded, setUnfolded] = useState(false)
  const page = list.param('page')
  const long = text.split('\n').length > foldedLines || text.length > foldedLines * 100
  if (mayEdit && list.param('edit') === 'description') {
    return (
      <Suspense fallback={<div className="h-56 rounded-md border border-line bg-surface" />}>
        <EditDescription
          project={project}
          repository={repository}
          text={text}
          onClose={() => list.change({ edit: undefined, page }, true)}
        />
      </Suspense>
    )
  }
  const edit = (label: string) => (
    <Button
      size="sm"
      variant="quiet"
      icon={text ? 'edit' : 'plus'}
      onClick={() => list.change({ edit: 'description', page })}
    >
      {label}
    </Button>
  )
  if (!text) return mayEdit ? <div className="-ml-2">{edit(t('add'))}</div> : null
  return (
    <section aria-labelledby="description" className="rounded-md border border-line bg-surface">
      <header className="flex h-9 items-center justify-between border-b border-line pr-1 pl-3">
        <h2 id="description" className="text-12 font-medium text-ink-2">
          {t('title')}
        </h2>
        {mayEdit && edit(t('edit'))}
      </header>
      <div className={cx('relative px-3 py-3', long && !unfolded && 'max-h-40 overflow-hidden')}>
        <Suspense fallback={<Skeleton className="w-3/5" />}>
          <DescriptionView text={text} />
        </Suspense>
      </div>
      {long && (
        <div className="border-t border-line px-1 py-1">
          <Button size="sm" variant="quiet" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
            {t(unfolded ? 'showLess' : 'showAll')}
          </Button>
        </div>
      )}
    </section>
  )
}
