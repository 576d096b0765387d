'use client'
import { CommandBlock } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { newestInput, type RepositoryInput } from '@/features/artifacts/artifact-list-state.ts'
import { isIndex, newestTags } from '@/features/artifacts/artifact-names.ts'
import { pullCommands, pushCommands } from './commands.ts'
import { useRegistry } from './use-registry.ts'

/** Pull of what was pushed last, push of what comes next. */
export function RepositoryCommands({ input, mayPush }: { input: RepositoryInput; mayPush: boolean }) {
  const t = useTranslations('repository')
  const registry = useRegistry()
  const newest = useApiQuery('listArtifacts', newestInput(input)).data?.data[0]
  const tag = newest && newestTags(newest)[0]?.name
  if (!registry || (!newest && !mayPush)) return null
  const name = `${input.path.project_name}/${input.path.repository_name}`
  return (
    <div className="grid gap-3 lg:grid-cols-2">
      {newest && tag && (
        <CommandBlock
          label={t('pullNewest', { tag })}
          commands={pullCommands(registry, {
            repository: name,
            tag,
            type: newest.type,
            index: isIndex(newest),
          })}
        />
      )}
      {newest && mayPush && (
        <CommandBlock label={t('push')} commands={pushCommands(registry, `${name}:TAG`)} />
      )}
    </div>
  )
}
