import type { Schemas } from '@berth/contract'
import { Badge } from '@berth/ui'
import { useTranslations } from 'next-intl'

type Task = Schemas['ReplicationTask']

/** What a task does, where that is more than the copy that everybody expects: a deletion, or one of the ways of a mirror. */
export function TaskAction({ task: { kind, direction }, mirror }: { task: Task; mirror: boolean }) {
  const t = useTranslations('replications.preview')
  const deletes = kind === 'delete'
  if (!deletes && !(mirror && kind === 'copy')) return null
  const side = direction === 'pull' ? 'here' : 'there'
  return <Badge tone={deletes ? 'warn' : 'neutral'}>{t(`${side}.${deletes ? 'delete' : 'copy'}`)}</Badge>
}
