'use client'
import { Button } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { lazy, Suspense } from 'react'
import { useListState } from '@/data/use-list-state.ts'
import { useMayCreateProjects } from './use-may-create.ts'

const CreateProject = lazy(() => import('./create-project.tsx'))

/** Opens the dialog, whose state is in the URL (`create=1`). */
export function NewProjectButton() {
  const t = useTranslations('projects')
  const list = useListState([])
  const page = list.param('page')
  if (!useMayCreateProjects()) return null
  return (
    <>
      <Button variant="primary" icon="plus" onClick={() => list.change({ create: 1, page })}>
        {t('new')}
      </Button>
      {list.param('create') === '1' && (
        <Suspense>
          <CreateProject onClose={() => list.change({ create: undefined, page }, true)} />
        </Suspense>
      )}
    </>
  )
}
