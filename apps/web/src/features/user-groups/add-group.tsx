'use client'
import { ApiError } from '@berth/contract'
import { Button, Dialog, SelectField, TextField, useNotify, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { type GroupKind, groupTypes } from './group-list-state.ts'
import { LdapGroupSearch } from './ldap-group-search.tsx'

/** A group of the directory is found there; one of a provider is known by its name alone. */
export default function AddGroup({ onClose }: { onClose: () => void }) {
  const t = useTranslations('userGroups.add')
  const { words } = useUi()
  const notify = useNotify()
  const create = useApiMutation('createUserGroup', ['listUserGroups'])
  const [kind, setKind] = useState<GroupKind>('ldap')
  const [name, setName] = useState('')
  const [dn, setDn] = useState('')
  const [tried, setTried] = useState(false)
  const taken = create.error instanceof ApiError && create.error.status === 409
  const nameMissing = name.trim() === ''
  const dnMissing = kind === 'ldap' && dn.trim() === ''

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (nameMissing || dnMissing || create.isPending) return
    const wanted = name.trim()
    create.mutate(
      {
        body: {
          group_name: wanted,
          group_type: groupTypes[kind],
          ...(kind === 'ldap' && { ldap_group_dn: dn.trim() }),
        },
      },
      {
        onSuccess: () => {
          notify('good', t('done', { name: wanted }))
          onClose()
        },
      },
    )
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('title')}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button variant="primary" type="submit" form="add-group" busy={create.isPending}>
            {t('submit')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {!taken && <ProblemBanner error={create.error} />}
        <SelectField
          label={t('kind')}
          help={t(`kindHelp.${kind}`)}
          value={kind}
          onChange={(event) => setKind(event.target.value as GroupKind)}
          options={(['ldap', 'oidc'] as const).map((value) => ({ value, label: t(`kinds.${value}`) }))}
        />
        {kind === 'ldap' && (
          <LdapGroupSearch
            chosenDn={dn}
            onChoose={(group) => {
              setName(group.name)
              setDn(group.dn)
            }}
          />
        )}
        <form id="add-group" noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
          {kind === 'ldap' && (
            <TextField
              label={t('dn')}
              error={tried && dnMissing ? t('dnMissing') : undefined}
              value={dn}
              onChange={(event) => setDn(event.target.value)}
              required
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              className="font-mono text-13"
            />
          )}
          <TextField
            label={t('name')}
            help={kind === 'oidc' ? t('nameHelp') : undefined}
            error={tried && nameMissing ? t('nameMissing') : taken ? t('taken', { name }) : undefined}
            value={name}
            onChange={(event) => setName(event.target.value)}
            required
            maxLength={255}
            autoComplete="off"
            spellCheck={false}
          />
        </form>
      </div>
    </Dialog>
  )
}
