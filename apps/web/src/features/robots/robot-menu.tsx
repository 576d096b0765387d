'use client'
import type { Schemas } from '@berth/contract'
import { Icon, Menu, type MenuItem, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { useProblem } from '@/features/frame/problem.tsx'
import type { RobotQuestion } from './robot-dialogs.tsx'

type Props = {
  robot: Schemas['Robot']
  rights: { update: boolean; stop: boolean; delete: boolean }
  /** Where its permissions are changed; undefined on that page itself. */
  href?: string
  onAsk: (what: RobotQuestion) => void
}

export function RobotMenu({ robot, rights, href, onAsk }: Props) {
  const t = useTranslations('robots')
  const notify = useNotify()
  const describe = useProblem()
  const update = useApiMutation('UpdateRobot', ['ListRobot', 'GetRobotByID'])
  const { id = 0, name = '', disable = false } = robot
  const toggle = () =>
    update.mutate(
      { path: { robot_id: id }, body: { disable: !disable } },
      {
        onSuccess: () => notify('good', t(disable ? 'enabled' : 'disabled', { name })),
        onError: (error) => notify('bad', `${describe(error).title}. ${describe(error).detail}`),
      },
    )
  const items: MenuItem[] = []
  if (rights.update && href) items.push({ kind: 'link', label: t('edit'), icon: 'edit', href })
  if (rights.stop) {
    items.push({ label: t('refresh.action'), icon: 'key', onSelect: () => onAsk('secret') })
    if (!disable) items.push({ label: t('disable'), icon: 'lock', onSelect: toggle })
    else if (rights.update) items.push({ label: t('enable'), icon: 'check', onSelect: toggle })
  }
  if (rights.delete) {
    if (items.length > 0) items.push({ kind: 'line' })
    items.push({ label: t('delete'), icon: 'trash', danger: true, onSelect: () => onAsk('delete') })
  }
  if (items.length === 0) return null
  return <Menu label={t('menu', { name })} trigger={<Icon name="more" />} items={items} />
}
