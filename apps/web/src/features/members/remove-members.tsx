'use client'
import type { Schemas } from '@berth/contract'
import { ConfirmDialog, useNotify } from '@berth/ui'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { api } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { projectInput } from '@/features/projects/project-input.ts'

type Props = {
  project: string
  members: Schemas['ProjectMemberEntity'][]
  onClose: () => void
  onDone: () => void
}

export default function RemoveMembers({ project, members, onClose, onDone }: Props) {
  const t = useTranslations('members.remove')
  const notify = useNotify()
  const queries = useQueryClient()
  const count = members.length
  const remove = useMutation({
    mutationFn: async () => {
      const { path, headers } = projectInput(project)
      for (const { id } of members) {
        await api.call('deleteProjectMember', { path: { ...path, mid: id }, headers })
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['listProjectMembers'] }),
    onSuccess: () => {
      notify('good', t('done', { count }))
      onDone()
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('title', { count, name: members[0]?.entity_name ?? '' })}
      confirmLabel={t('confirm', { count })}
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      error={<ProblemBanner error={remove.error} />}
    >
      {count > 1 && (
        <ul className="max-h-40 overflow-y-auto rounded-md bg-sunken px-3 py-2 text-13">
          {members.map(({ id, entity_name }) => (
            <li key={id}>{entity_name}</li>
          ))}
        </ul>
      )}
      <p>{t('lost')}</p>
    </ConfirmDialog>
  )
}
