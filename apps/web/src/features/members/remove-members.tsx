'use client'
import type { Schemas } from '@berth/contract'
import { useTranslations } from 'next-intl'
import { api } from '@/data/use-api.ts'
import { BulkDialog } from '@/features/bulk-actions/bulk-dialog.tsx'
import { projectInput } from '@/features/projects/project-input.ts'

type Props = {
  project: string
  members: Schemas['ProjectMemberEntity'][]
  onClose: () => void
  onDone: () => void
}

export default function RemoveMembers({ project, members, onClose, onDone }: Props) {
  const t = useTranslations('members.remove')
  const count = members.length
  const { path, headers } = projectInput(project)
  return (
    <BulkDialog
      title={t('title', { count, name: members[0]?.entity_name ?? '' })}
      rows={members}
      keyOf={({ id }) => String(id)}
      nameOf={({ entity_name }) => entity_name}
      run={({ id }) => api.call('deleteProjectMember', { path: { ...path, mid: id }, headers })}
      changes={['listProjectMembers']}
      startLabel={t('confirm', { count })}
      danger
      doneNotice={t('done', { count })}
      onClose={onClose}
      onDone={onDone}
    >
      <p>{t('lost')}</p>
    </BulkDialog>
  )
}
