'use client'
import type { Schemas } from '@berth/contract'
import { useTranslations } from 'next-intl'
import { api } from '@/data/use-api.ts'
import { BulkDialog } from '@/features/bulk-actions/bulk-dialog.tsx'
import { shortName } from './repository-list-state.ts'

type Props = {
  project: string
  repositories: Schemas['Repository'][]
  onClose: () => void
  onDone: () => void
}

/** Names every repository that goes; one at a time asks for its name to be typed. */
export default function DeleteRepositories({ project, repositories, onClose, onDone }: Props) {
  const t = useTranslations('repositories.delete')
  const count = repositories.length
  return (
    <BulkDialog
      title={t('title', { count })}
      rows={repositories}
      keyOf={({ name }) => name}
      nameOf={({ name }) => name}
      run={({ name }) =>
        api.call('deleteRepository', {
          path: { project_name: project, repository_name: shortName(name) },
        })
      }
      changes={['listRepositories', 'getProject', 'listProjects']}
      startLabel={t('confirm', { count })}
      danger
      typeName={count === 1 ? shortName(repositories[0]?.name ?? '') : undefined}
      doneNotice={t('done', { count })}
      onClose={onClose}
      onDone={onDone}
    >
      <p>{t('lost', { count: repositories.reduce((sum, { artifact_count }) => sum + artifact_count, 0) })}</p>
    </BulkDialog>
  )
}
