import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { Access } from '@/features/projects/access.tsx'
import { permissionsInput, projectInput } from '@/features/projects/project-input.ts'
import { ProjectTabs } from '@/features/projects/project-tabs.tsx'
import { ProjectUsage } from '@/features/quotas/project-usage.tsx'
import { ProjectReadOnlyBanner } from '@/features/read-only/read-only-banners.tsx'
import { pageData } from '@/server/page-data.tsx'
import { getViewer } from '@/server/viewer.ts'

type Props = { params: Promise<{ project: string }>; children: ReactNode }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const name = decodeURIComponent((await params).project)
  return { title: { template: `%s · ${name} · Berth`, default: `${name} · Berth` } }
}

export default async function ProjectLayout({ params, children }: Props) {
  const name = decodeURIComponent((await params).project)
  const page = await pageData(`/projects/${name}`)
  const { data: project } = await page.need('getProject', projectInput(name))
  if (await getViewer()) {
    await Promise.all([
      page.want('getCurrentUserPermissions', permissionsInput(project.project_id)),
      page.want('getProjectSummary', projectInput(name)),
    ])
  }
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader
        title={
          <span className="flex flex-wrap items-center gap-2">
            {name}
            <Access isPublic={project.metadata.public === 'true'} />
          </span>
        }
        actions={<ProjectUsage project={name} compact />}
      />
      <ProjectReadOnlyBanner project={name} />
      <ProjectTabs project={name} />
      {children}
    </div>,
  )
}
