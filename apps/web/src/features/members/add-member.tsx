'use client'
import { ApiError } from '@berth/contract'
import { Button, Dialog, SelectField, TextField, useNotify, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useId, useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { projectInput } from '@/features/projects/project-input.ts'
import { type RoleId, roleIds } from './role-name.tsx'

type Props = { project: string; onClose: () => void }

export default function AddMember({ project, onClose }: Props) {
  const t = useTranslations('members')
  const { words } = useUi()
  const notify = useNotify()
  const listId = useId()
  const add = useApiMutation('createProjectMember', ['listProjectMembers'])
  const [username, setUsername] = useState('')
  const [roleId, setRoleId] = useState<RoleId>(2)
  const [missing, setMissing] = useState(false)
  const found = useApiQuery(
    'searchUsers',
    { query: { username, page_size: 8 } },
    { enabled: username.length > 0, keepPrevious: true },
  )
  const status = add.error instanceof ApiError ? add.error.status : undefined
  const tried = add.variables?.body?.member_user?.username ?? ''
  const refused =
    status === 404
      ? t('form.unknown', { name: tried })
      : status === 409
        ? t('form.already', { name: tried })
        : undefined

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    const name = username.trim()
    setMissing(name === '')
    if (name === '' || add.isPending) return
    add.mutate(
      { ...projectInput(project), body: { role_id: roleId, member_user: { username: name } } },
      {
        onSuccess: () => {
          notify('good', t('form.done', { name }))
          onClose()
        },
      },
    )
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('form.title')}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button variant="primary" type="submit" form="add-member" busy={add.isPending}>
            {t('form.submit')}
          </Button>
        </>
      }
    >
      <form id="add-member" noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
        {!refused && <ProblemBanner error={add.error} />}
        <TextField
          label={t('form.username')}
          help={t('form.usernameHelp')}
          error={missing ? t('form.missing') : refused}
          value={username}
          onChange={(event) => setUsername(event.target.value)}
          list={listId}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={255}
        />
        <datalist id={listId}>
          {found.data?.data.map((user) => (
            <option key={user.user_id} value={user.username} />
          ))}
        </datalist>
        <SelectField
          label={t('form.role')}
          help={t(`roleHelp.${roleId}`)}
          value={String(roleId)}
          onChange={(event) => setRoleId(Number(event.target.value) as RoleId)}
          options={roleIds.map((id) => ({ value: String(id), label: t(`roles.${id}`) }))}
        />
      </form>
    </Dialog>
  )
}
