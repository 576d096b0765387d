'use client'
import type { Schemas } from '@berth/contract'
import { ConfirmDialog, useNotify } from '@berth/ui'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { api } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
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
  const notify = useNotify()
  const queries = useQueryClient()
  const count = repositories.length
  const remove = useMutation({
    mutationFn: async () => {
      for (const { name } of repositories) {
        const path = { project_name: project, repository_name: shortName(name) }
        await api.call('deleteRepository', { path })
      }
    },
    onSettled: () => {
      for (const id of ['listRepositories', 'getProject', 'listProjects']) {
        void queries.invalidateQueries({ queryKey: [id] })
      }
    },
    onSuccess: () => {
      notify('good', t('done', { count }))
      onDone()
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('title', { count })}
      confirmLabel={t('confirm', { count })}
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      typeName={count === 1 ? shortName(repositories[0]?.name ?? '') : undefined}
      error={<ProblemBanner error={remove.error} />}
    >
      <ul className="max-h-40 overflow-y-auto rounded-md bg-sunken px-3 py-2 font-mono text-13">
        {repositories.map(({ name }) => (
          <li key={name} className="break-all">
            {name}
          </li>
        ))}
      </ul>
      <p>{t('lost', { count: repositories.reduce((sum, { artifact_count }) => sum + artifact_count, 0) })}</p>
    </ConfirmDialog>
  )
}
