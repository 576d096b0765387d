'use client'
import { Dialog, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useId, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useRested } from '@/data/use-rested.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { projectInput } from '@/features/projects/project-input.ts'
import { LimitWords } from '@/features/repository-limits/limit-words.tsx'
import { RoleName } from './role-name.tsx'
import { useEntityNames } from './use-entities.ts'

/** Where a person's role comes from: their own membership, their groups', or both; roles add up. */
export default function RoleSources({ project, onClose }: { project: string; onClose: () => void }) {
  const t = useTranslations('members.sources')
  const listId = useId()
  const [typed, setTyped] = useState('')
  const names = useEntityNames('person', typed)
  const username = useRested(typed.trim())
  const query = useApiQuery(
    'listProjectMembers',
    { ...projectInput(project), query: { username, page_size: 100 } },
    { enabled: username !== '' },
  )
  const found = username === '' ? undefined : query.data?.data
  return (
    <Dialog open onClose={onClose} title={t('title')}>
      <TextField
        label={t('username')}
        help={t('help')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        list={listId}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={255}
      />
      <datalist id={listId}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {username !== '' && <ProblemBanner error={query.error} />}
      <div role="status">
        {found?.length === 0 && <p className="text-13 text-ink-2">{t('none', { name: username })}</p>}
      </div>
      {found && found.length > 0 && (
        <ul aria-label={t('list', { name: username })} className="flex flex-col gap-2">
          {found.map((member) => (
            <li key={member.id} className="rounded-md bg-sunken px-3 py-2 text-13">
              <p className="flex flex-wrap justify-between gap-x-3">
                <span className="font-medium">
                  <RoleName roleId={member.role_id} />
                </span>
                <span className="break-all text-ink-2">
                  {member.entity_type === 'g' ? t('byGroup', { name: member.entity_name }) : t('direct')}
                </span>
              </p>
              <LimitWords patterns={member.repositories} />
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  )
}
