import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { projectInput } from '@/features/projects/project-input.ts'
import { ProjectSummary } from '@/features/projects/project-summary.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('projects.tabs'))('summary') }
}

export default async function SummaryPage({ params }: { params: Promise<{ project: string }> }) {
  const project = decodeURIComponent((await params).project)
  const page = await pageData(`/projects/${project}/summary`)
  await page.want('getProjectSummary', projectInput(project))
  return page.hydrate(<ProjectSummary project={project} />)
}
