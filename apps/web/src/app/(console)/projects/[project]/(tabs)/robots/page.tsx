import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { projectInput } from '@/features/projects/project-input.ts'
import { RobotList } from '@/features/robots/robot-list.tsx'
import { robotsInput } from '@/features/robots/robot-list-state.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('projects.tabs'))('robots') }
}

type Props = {
  params: Promise<{ project: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function ProjectRobotsPage({ params, searchParams }: Props) {
  const name = decodeURIComponent((await params).project)
  const page = await pageData(`/projects/${name}/robots`)
  const { data: project } = await page.need('getProject', projectInput(name))
  await page.needList('ListRobot', robotsInput(project.project_id, toParams(await searchParams)))
  return page.hydrate(
    <div>
      <RobotList project={name} />
    </div>,
  )
}
