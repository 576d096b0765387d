'use client'
import { Tabs } from '@berth/ui'
import dynamic from 'next/dynamic'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { ArtifactList } from '@/features/artifacts/artifact-list.tsx'
import { AfterLoad } from '@/features/frame/after-load.tsx'
import { usePermissions, useProject } from '@/features/projects/use-project.ts'
import { ProjectReadOnlyBanner } from '@/features/read-only/read-only-banners.tsx'
import { Description } from './description.tsx'
import { repositoryPath } from './paths.ts'
import { RepositoryCommands } from './repository-commands.tsx'
import { RepositoryHeader } from './repository-header.tsx'
import { repositoryInput } from './repository-list-state.ts'

const RepositoryUsage = dynamic(() => import('@/features/statistics/repository-usage.tsx'))

/** Everything about one repository: how to use it, what it is, what is in it, and how it is used. */
export function RepositoryPage({ project, repository }: { project: string; repository: string }) {
  const t = useTranslations('repository.tabs')
  const usage = useSearchParams().get('tab') === 'usage'
  const base = repositoryPath(project, repository)
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
      <Tabs
        label={t('label')}
        tabs={[
          { label: t('artifacts'), href: base, current: !usage },
          { label: t('usage'), href: `${base}?tab=usage`, current: usage },
        ]}
      />
      {usage ? (
        <AfterLoad>
          <RepositoryUsage project={project} repository={repository} />
        </AfterLoad>
      ) : (
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
      )}
    </div>
  )
}
