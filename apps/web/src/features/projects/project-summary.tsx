'use client'
import { Count, Time, useUi } from '@berth/ui'
import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { AfterLoad } from '@/features/frame/after-load.tsx'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { useViewer } from '@/features/frame/providers.tsx'
import { Section } from '@/features/frame/section.tsx'
import { ProjectUsage } from '@/features/quotas/project-usage.tsx'
import { Access } from './access.tsx'
import { projectInput } from './project-input.ts'
import { useProject } from './use-project.ts'

// Not part of the page's first load.
const ProjectStatistics = dynamic(() => import('@/features/statistics/project-usage.tsx'))

export function ProjectSummary({ project: name }: { project: string }) {
  const t = useTranslations('projects.summary')
  const role = useTranslations('members.roles')
  const viewer = useViewer()
  const { Link } = useUi()
  const project = useProject(name)
  const query = useApiQuery('getProjectSummary', projectInput(name))
  const summary = query.data?.data
  if (!project || query.isError) return <ProblemBanner error={query.error} />
  const usedBytes = summary?.quota?.used?.storage
  const people = [
    [role('1'), summary?.project_admin_count],
    [role('4'), summary?.maintainer_count],
    [role('2'), summary?.developer_count],
    [role('3'), summary?.guest_count],
    [role('5'), summary?.limited_guest_count],
  ] as const
  return (
    <div className="flex flex-col gap-4">
      <div className="grid gap-4 md:grid-cols-2 lg:grid-cols-3">
        <Section title={t('contents')}>
          <Facts>
            <Fact name={t('repositories')}>
              <Link href={`/projects/${name}`} className="text-accent hover:underline">
                <Count value={summary?.repo_count ?? project.repo_count} />
              </Link>
            </Fact>
            {usedBytes !== undefined && (
              <Fact name={t('storage')}>
                <Link href={`/projects/${name}/storage`} className="block rounded-md">
                  <ProjectUsage project={name} />
                </Link>
              </Fact>
            )}
          </Facts>
        </Section>
        <Section title={t('facts')}>
          <Facts>
            <Fact name={t('access')}>
              <Access isPublic={project.metadata.public === 'true'} />
            </Fact>
            {project.owner_name && <Fact name={t('owner')}>{project.owner_name}</Fact>}
            <Fact name={t('created')}>
              <Time at={project.creation_time} />
            </Fact>
          </Facts>
        </Section>
        {people.some(([, count]) => count !== undefined) && (
          <Section title={t('people')}>
            <Facts>
              {people.map(([label, count]) => (
                <Fact key={label} name={label}>
                  <Count value={count ?? 0} />
                </Fact>
              ))}
            </Facts>
          </Section>
        )}
      </div>
      {viewer && (
        <AfterLoad>
          <ProjectStatistics project={name} />
        </AfterLoad>
      )}
    </div>
  )
}
