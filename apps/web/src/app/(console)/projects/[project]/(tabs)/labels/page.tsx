import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { labelsInput } from '@/features/labels/label-list-state.ts'
import { ProjectLabels } from '@/features/labels/project-labels.tsx'
import { projectInput } from '@/features/projects/project-input.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('projects.tabs'))('labels') }
}

type Props = {
  params: Promise<{ project: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function ProjectLabelsPage({ params, searchParams }: Props) {
  const project = decodeURIComponent((await params).project)
  const page = await pageData(`/projects/${project}/labels`)
  const { data } = await page.need('getProject', projectInput(project))
  await page.needList('ListLabels', labelsInput({ projectId: data.project_id }, toParams(await searchParams)))
  return page.hydrate(<ProjectLabels project={project} />)
}
