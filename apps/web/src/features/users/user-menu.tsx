'use client'
import type { Schemas } from '@berth/contract'
import { Icon, Menu, type MenuItem, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { useProblem } from '@/features/frame/problem.tsx'
import { useViewer } from '@/features/frame/providers.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import type { UserQuestion } from './user-dialogs.tsx'
import { sourceOf } from './user-rules.ts'

type Props = { user: Schemas['UserResp']; onAsk: (what: UserQuestion) => void }

/** What an administrator can do with a person. While everything is read-only: what takes access away. */
export function UserMenu({ user, onAsk }: Props) {
  const t = useTranslations('users')
  const notify = useNotify()
  const describe = useProblem()
  const frozen = useSystemReadOnly()
  const self = useViewer()?.user_id === user.user_id
  const setAdmin = useApiMutation('setUserSysAdmin', ['listUsers', 'getUser'])
  const setDisabled = useApiMutation('setUserDisabled', ['listUsers', 'getUser'])
  const name = user.username
  const tellProblem = (error: Error) => notify('bad', describe(error).said)
  const takeAdmin = () =>
    setAdmin.mutate(
      { path: { user_id: user.user_id }, body: { sysadmin_flag: false } },
      {
        onSuccess: () => notify('good', t('adminDialog.taken', { name })),
        onError: tellProblem,
      },
    )
  const enable = () =>
    setDisabled.mutate(
      { path: { user_id: user.user_id }, body: { disabled: false } },
      { onSuccess: () => notify('good', t('disableDialog.enabled', { name })), onError: tellProblem },
    )
  // Nobody takes their own rights or account away by accident. The API lets administrators give up their right while another is left.
  // The password of people from elsewhere is kept there.
  const items: MenuItem[] =
    sourceOf(user) === 'local'
      ? [{ label: t('resetPassword'), icon: 'key', onSelect: () => onAsk('password') }]
      : []
  if (!self) {
    if (user.sysadmin_flag) items.unshift({ label: t('removeAdmin'), icon: 'shield', onSelect: takeAdmin })
    else if (!frozen) items.unshift({ label: t('makeAdmin'), icon: 'shield', onSelect: () => onAsk('admin') })
    if (!user.disabled) items.push({ label: t('disable'), icon: 'lock', onSelect: () => onAsk('disable') })
    else if (!frozen) items.push({ label: t('enable'), icon: 'check', onSelect: enable })
    items.push(
      { kind: 'line' },
      { label: t('delete'), icon: 'trash', danger: true, onSelect: () => onAsk('delete') },
    )
  }
  if (items.length === 0) return null
  return <Menu label={t('menu', { name })} trigger={<Icon name="more" />} items={items} />
}
