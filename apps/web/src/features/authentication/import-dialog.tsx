'use client'
import { ApiError, type Schemas } from '@berth/contract'
import { useTranslations } from 'next-intl'
import { api } from '@/data/use-api.ts'
import { BulkDialog } from '@/features/bulk-actions/bulk-dialog.tsx'

type Person = Schemas['LdapUser']
type Props = { people: Person[]; onClose: () => void; onDone: () => void }

const reasons = [
  'empty_uid',
  'unknown_user',
  'ambiguous_name',
  'disabled_user',
  'name_taken',
  'invalid_name',
] as const

/** Why one person was not imported, as the API's word for it. */
function reasonOf(error: unknown): (typeof reasons)[number] | undefined {
  if (!(error instanceof ApiError) || !Array.isArray(error.body)) return undefined
  const [failed] = error.body as Schemas['LdapFailedImportUser'][]
  return reasons.find((reason) => reason === failed?.error)
}

export default function ImportDialog({ people, onClose, onDone }: Props) {
  const t = useTranslations('authentication.import')
  const count = people.length
  return (
    <BulkDialog
      title={t('question', { count, name: people[0]?.username ?? '' })}
      rows={people}
      keyOf={({ username = '' }) => username}
      nameOf={({ username, realname }) => (realname ? `${username} (${realname})` : username)}
      // One by one, so that each row has an outcome of its own.
      run={({ username = '' }) => api.call('importLdapUser', { body: { ldap_uid_list: [username] } })}
      changes={['listUsers']}
      startLabel={t('start', { count })}
      explain={(error) => {
        const reason = reasonOf(error)
        return reason && t(`reasons.${reason}`)
      }}
      doneNotice={t('done', { count })}
      onClose={onClose}
      onDone={onDone}
    >
      <p>{t('means')}</p>
    </BulkDialog>
  )
}
