'use client'
import { Button, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'

type Props = { chosenDn: string; onChoose: (group: { name: string; dn: string }) => void }

/** Asks the directory for groups by name, when told to: it is someone else's server. */
export function LdapGroupSearch({ chosenDn, onChoose }: Props) {
  const t = useTranslations('userGroups.search')
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState('')
  const query = useApiQuery('searchLdapGroup', { query: { groupname: asked } }, { enabled: asked !== '' })
  const found = asked === '' ? undefined : query.data?.data
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    if (typed.trim() === asked) query.refetch()
    setAsked(typed.trim())
  }
  return (
    <div className="flex flex-col gap-2">
      <form aria-label={t('label')} onSubmit={onSubmit} className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <TextField
            label={t('label')}
            help={t('help')}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
        </div>
        <Button type="submit" icon="search" className="mt-6" busy={query.isFetching}>
          {t('action')}
        </Button>
      </form>
      {asked !== '' && <ProblemBanner error={query.error} />}
      <div role="status">
        {found?.length === 0 && <p className="text-13 text-ink-2">{t('none', { name: asked })}</p>}
      </div>
      {found && found.length > 0 && (
        <ul
          aria-label={t('found')}
          className="flex max-h-48 flex-col overflow-y-auto rounded-md bg-sunken p-1"
        >
          {found.map(({ group_name: name = '', ldap_group_dn: dn = '' }) => (
            <li key={dn}>
              <button
                type="button"
                aria-pressed={dn === chosenDn}
                onClick={() => onChoose({ name, dn })}
                className="w-full rounded-md px-2 py-1.5 text-left text-13 hover:bg-hover aria-pressed:bg-accent-soft aria-pressed:text-accent"
              >
                <span className="font-medium">{name}</span>
                <code className="block font-mono text-12 break-all text-ink-2">{dn}</code>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
