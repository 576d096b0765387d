'use client'
import type { Schemas } from '@berth/contract'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { ConfirmChange } from '@/features/frame/confirm-change.tsx'
import { projectInput } from '@/features/projects/project-input.ts'
import { fromRule } from './rule-draft.ts'
import { SelectorWords } from './rule-words.tsx'

type Props = { project: string; rule: Schemas['ImmutableRule']; onClose: () => void }

export default function DeleteRule({ project, rule, onClose }: Props) {
  const t = useTranslations('immutableRules')
  const remove = useApiMutation('DeleteImmuRule', ['ListImmuRules'])
  const id = rule.id ?? 0
  const { repository, tag } = fromRule(rule)
  const { path, headers } = projectInput(project)
  return (
    <ConfirmChange
      change={remove}
      input={{ path: { ...path, immutable_rule_id: id }, headers }}
      title={t('delete.title', { id: String(id) })}
      confirmLabel={t('delete.confirm')}
      done={t('delete.done', { id: String(id) })}
      onClose={onClose}
    >
      <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 rounded-md bg-sunken px-3 py-2 text-13">
        <dt className="text-ink-2">{t('columns.repositories')}</dt>
        <dd>
          <SelectorWords selector={repository} />
        </dd>
        <dt className="text-ink-2">{t('columns.tags')}</dt>
        <dd>
          <SelectorWords selector={tag} />
        </dd>
      </dl>
      <p>{t('delete.lost')}</p>
    </ConfirmChange>
  )
}
