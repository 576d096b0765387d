'use client'
import { CommandBlock } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { ArtifactList } from '@/features/artifacts/artifact-list.tsx'
import { newestInput } from '@/features/artifacts/artifact-list-state.ts'
import { isIndex, newestTags } from '@/features/artifacts/artifact-names.ts'
import { usePermissions, useProject } from '@/features/projects/use-project.ts'
import { pullCommands, pushCommands } from './commands.ts'
import { Description } from './description.tsx'
import { RepositoryHeader } from './repository-header.tsx'
import { useRegistry } from './use-registry.ts'

export type RepositoryInput = { path: { project_name: string; repository_name: string } }

/** Everything about one repository: how to use it, what it is, what is in it. */
export function RepositoryPage({ project, repository }: { project: string; repository: string }) {
  const can = usePermissions(useProject(project)?.project_id)
  const input: RepositoryInput = { path: { project_name: project, repository_name: repository } }
  const found = useApiQuery('getRepository', input).data?.data
  if (!found) return null
  return (
    <div className="flex flex-col gap-4">
      <RepositoryHeader project={project} repository={found} mayDelete={can('repository', 'delete')} />
      <Commands input={input} mayPush={can('repository', 'push')} />
      <Description
        project={project}
        repository={repository}
        text={found.description ?? ''}
        mayEdit={can('repository', 'update')}
      />
      <ArtifactList
        project={project}
        repository={repository}
        mayPush={can('repository', 'push')}
        mayDelete={can('artifact', 'delete')}
      />
    </div>
  )
}

/** Pull of what was pushed last, push of what comes next. */
function Commands({ input, mayPush }: { input: RepositoryInput; mayPush: boolean }) {
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
