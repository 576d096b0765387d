'use client'
import type { Schemas } from '@berth/contract'
import { Button, Dialog, useNotify, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { projectInput } from '@/features/projects/project-input.ts'
import { LimitField } from '@/features/repository-limits/limit-field.tsx'
import { draftOf, limitOf, limitProblem } from '@/features/repository-limits/limit-patterns.ts'

type Props = { project: string; member: Schemas['ProjectMemberEntity']; onClose: () => void }

/** Which repositories a member's role reaches; it counts within seconds. */
export default function EditLimit({ project, member, onClose }: Props) {
  const t = useTranslations('members.limit')
  const { words } = useUi()
  const notify = useNotify()
  const update = useApiMutation('updateProjectMember', ['listProjectMembers', 'getCurrentUserPermissions'])
  const [limit, setLimit] = useState(draftOf(member.repositories))
  const [tried, setTried] = useState(false)
  const name = member.entity_name
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (limitProblem(limit) || update.isPending) return
    const { path, headers } = projectInput(project)
    update.mutate(
      {
        path: { ...path, mid: member.id },
        headers,
        body: { role_id: member.role_id, repositories: limitOf(limit) },
      },
      {
        onSuccess: () => {
          notify('good', t('done', { name }))
          onClose()
        },
      },
    )
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('title', { name })}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button variant="primary" type="submit" form="edit-limit" busy={update.isPending}>
            {t('save')}
          </Button>
        </>
      }
    >
      <form id="edit-limit" noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
        <ProblemBanner error={update.error} />
        <LimitField
          project={project}
          fieldId="edit-limit-patterns"
          value={limit}
          onChange={setLimit}
          tried={tried}
        />
      </form>
    </Dialog>
  )
}
