'use client'
import { useApiQuery } from '@/data/use-api.ts'
import { ArtifactList } from '@/features/artifacts/artifact-list.tsx'
import { usePermissions, useProject } from '@/features/projects/use-project.ts'
import { ProjectReadOnlyBanner } from '@/features/read-only/read-only-banners.tsx'
import { Description } from './description.tsx'
import { RepositoryCommands } from './repository-commands.tsx'
import { RepositoryHeader } from './repository-header.tsx'
import { repositoryInput } from './repository-list-state.ts'

/** Everything about one repository: how to use it, what it is, what is in it. */
export function RepositoryPage({ project, repository }: { project: string; repository: string }) {
  const projectId = useProject(project)?.project_id
  const can = usePermissions(projectId)
  const input = { path: { project_name: project, repository_name: repository } }
  const found = useApiQuery('listRepositories', repositoryInput(project, repository)).data?.data[0]
  if (!found) return null
  return (
    <div className="flex flex-col gap-4">
      <ProjectReadOnlyBanner project={project} />
      <RepositoryHeader project={project} repository={found} mayDelete={can('repository', 'delete')} />
      <RepositoryCommands input={input} mayPush={can('repository', 'push')} />
      <Description
        project={project}
        repository={repository}
        text={found.description ?? ''}
        mayEdit={can('repository', 'update')}
      />
      <ArtifactList
        project={project}
        projectId={projectId}
        repository={repository}
        mayPush={can('repository', 'push')}
        may={{
          label: can('artifact-label', 'create'),
          copy: can('artifact', 'create'),
          delete: can('artifact', 'delete'),
        }}
      />
    </div>
  )
}
