'use client'
import { ButtonLink, EmptyState } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { registriesPath } from '@/features/registries/registry-list-state.ts'
import { endsInput, replicationsPath } from './replication-input.ts'

/** Nothing is replicated yet: first another registry, then a policy. */
export function NextStep() {
  const t = useTranslations('replications.empty')
  const frozen = useSystemReadOnly()
  const registries = useApiQuery('listRegistries', endsInput)
  if (!registries.data) return null
  const ready = registries.data.data.length > 0
  return (
    <EmptyState
      icon={ready ? 'replicate' : 'globe'}
      title={t(ready ? 'title' : 'noRegistry')}
      action={
        !frozen && (
          <ButtonLink variant="primary" icon="plus" href={`${ready ? replicationsPath : registriesPath}/new`}>
            {t(ready ? 'action' : 'registryAction')}
          </ButtonLink>
        )
      }
    >
      {t(ready ? 'help' : 'registryHelp')}
    </EmptyState>
  )
}
