'use client'
import { ApiError, type Schemas } from '@berth/contract'
import { Button, Dialog, TextField, useNotify, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { api, useApiMutation } from '@/data/use-api.ts'
import { BulkDialog } from '@/features/bulk-actions/bulk-dialog.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'

type Props = { groups: Schemas['UserGroup'][]; onClose: () => void; onDone: () => void }
export type GroupQuestion = 'rename' | 'delete'

export default function GroupDialogs({ what, ...props }: Props & { what: GroupQuestion }) {
  return what === 'rename' ? <RenameGroup {...props} /> : <DeleteGroups {...props} />
}

function RenameGroup({ groups: [group], onClose, onDone }: Props) {
  const t = useTranslations('userGroups')
  const { words } = useUi()
  const notify = useNotify()
  const update = useApiMutation('updateUserGroup', ['listUserGroups'])
  const [name, setName] = useState(group?.group_name ?? '')
  const [missing, setMissing] = useState(false)
  if (!group) return null
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    const wanted = name.trim()
    setMissing(wanted === '')
    if (wanted === '' || update.isPending) return
    update.mutate(
      { path: { group_id: group?.id ?? 0 }, body: { group_name: wanted } },
      {
        onSuccess: () => {
          notify('good', t('rename.done', { name: wanted }))
          onDone()
        },
      },
    )
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('rename.title', { name: group.group_name ?? '' })}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button variant="primary" type="submit" form="rename-group" busy={update.isPending}>
            {t('rename.confirm')}
          </Button>
        </>
      }
    >
      <form id="rename-group" noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
        <ProblemBanner error={update.error} />
        <TextField
          label={t('add.name')}
          help={t('rename.help')}
          error={missing ? t('add.nameMissing') : undefined}
          value={name}
          onChange={(event) => setName(event.target.value)}
          required
          maxLength={255}
          autoComplete="off"
          spellCheck={false}
        />
      </form>
    </Dialog>
  )
}

function DeleteGroups({ groups, onClose, onDone }: Props) {
  const t = useTranslations('userGroups.deleteDialog')
  const count = groups.length
  return (
    <BulkDialog
      title={t('title', { count, name: groups[0]?.group_name ?? '' })}
      rows={groups}
      keyOf={({ id }) => String(id)}
      nameOf={({ group_name }) => group_name}
      run={({ id = 0 }) =>
        api.call('deleteUserGroup', { path: { group_id: id } }).catch((error) => {
          // Deleted by someone else in the meantime: what was wanted is done.
          if (!(error instanceof ApiError && error.status === 404)) throw error
        })
      }
      changes={['listUserGroups']}
      startLabel={t('confirm', { count })}
      danger
      doneNotice={t('done', { count })}
      onClose={onClose}
      onDone={onDone}
    >
      <p>{t('lost')}</p>
      <p>{t('stays')}</p>
    </BulkDialog>
  )
}
