'use client'
import { ApiError, type Schemas } from '@berth/contract'
import { Button, Dialog, TextField, useNotify, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { api, useApiMutation } from '@/data/use-api.ts'
import { BulkDialog } from '@/features/bulk-actions/bulk-dialog.tsx'
import { ConfirmChange } from '@/features/frame/confirm-change.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { passwordIsStrong } from './user-rules.ts'

type User = Schemas['UserResp']
type Props = { users: User[]; onClose: () => void; onDone: () => void }

export type UserQuestion = 'admin' | 'disable' | 'password' | 'delete'

export default function UserDialogs({ what, ...props }: Props & { what: UserQuestion }) {
  if (what === 'admin') return <MakeAdmin {...props} />
  if (what === 'disable') return <DisableUser {...props} />
  return what === 'password' ? <ResetPassword {...props} /> : <DeleteUsers {...props} />
}

function MakeAdmin({ users: [user], onClose, onDone }: Props) {
  const t = useTranslations('users.adminDialog')
  const { words } = useUi()
  const notify = useNotify()
  const setAdmin = useApiMutation('setUserSysAdmin', ['listUsers', 'getUser'])
  if (!user) return null
  const confirm = () =>
    setAdmin.mutate(
      { path: { user_id: user.user_id }, body: { sysadmin_flag: true } },
      {
        onSuccess: () => {
          notify('good', t('made', { name: user.username }))
          onDone()
        },
      },
    )
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('title', { name: user.username })}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button variant="primary" busy={setAdmin.isPending} onClick={confirm}>
            {t('confirm')}
          </Button>
        </>
      }
    >
      <ProblemBanner error={setAdmin.error} />
      <p>{t('help')}</p>
    </Dialog>
  )
}

function DisableUser({ users: [user], onClose, onDone }: Props) {
  const t = useTranslations('users.disableDialog')
  const disable = useApiMutation('setUserDisabled', ['listUsers', 'getUser'])
  if (!user) return null
  const name = user.username
  return (
    <ConfirmChange
      change={disable}
      input={{ path: { user_id: user.user_id }, body: { disabled: true } }}
      title={t('title', { name })}
      confirmLabel={t('confirm')}
      done={t('done', { name })}
      onClose={onClose}
      onDone={onDone}
    >
      <p>{t('help', { name })}</p>
    </ConfirmChange>
  )
}

function ResetPassword({ users: [user], onClose, onDone }: Props) {
  const t = useTranslations('users')
  const { words } = useUi()
  const notify = useNotify()
  const reset = useApiMutation('updateUserPassword')
  const [password, setPassword] = useState('')
  const [weak, setWeak] = useState(false)
  if (!user) return null
  const name = user.username
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    const refused = !passwordIsStrong(password)
    setWeak(refused)
    if (refused || !user) return
    reset.mutate(
      { path: { user_id: user.user_id }, body: { new_password: password } },
      {
        onSuccess: () => {
          notify('good', t('passwordDialog.done', { name }))
          onDone()
        },
      },
    )
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('passwordDialog.title', { name })}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button variant="primary" type="submit" form="reset-password" busy={reset.isPending}>
            {t('passwordDialog.confirm')}
          </Button>
        </>
      }
    >
      <form id="reset-password" noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
        <ProblemBanner error={reset.error} />
        <p>{t('passwordDialog.help', { name })}</p>
        <TextField
          label={t('passwordDialog.password')}
          help={t('form.passwordRule')}
          error={weak ? t('form.passwordWeak') : undefined}
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          required
        />
      </form>
    </Dialog>
  )
}

function DeleteUsers({ users, onClose, onDone }: Props) {
  const t = useTranslations('users.deleteDialog')
  const count = users.length
  const name = users[0]?.username ?? ''
  return (
    <BulkDialog
      title={t('title', { count, name })}
      rows={users}
      keyOf={({ user_id }) => String(user_id)}
      nameOf={({ username }) => username}
      run={({ user_id }) =>
        api.call('deleteUser', { path: { user_id } }).catch((error) => {
          // Deleted by someone else in the meantime: what was wanted is done.
          if (!(error instanceof ApiError && error.status === 404)) throw error
        })
      }
      changes={['listUsers']}
      startLabel={t('confirm', { count })}
      danger
      typeName={count === 1 ? name : undefined}
      doneNotice={t('done', { count })}
      onClose={onClose}
      onDone={onDone}
    >
      <p>{t('lost', { count, name })}</p>
    </BulkDialog>
  )
}
