import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { RobotPage } from '@/features/robots/robot-page.tsx'
import { RobotPermissions } from '@/features/robots/robot-permissions.tsx'
import { needRobot } from '@/server/need-robot.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('robots'))('one') }
}

type Props = { params: Promise<{ project: string; robot: string }> }

export default async function ProjectRobotPage({ params }: Props) {
  const { project: encoded, robot } = await params
  const project = decodeURIComponent(encoded)
  const page = await pageData(`/projects/${project}/robots/${robot}`)
  const id = await needRobot(page, project, robot)
  await page.want('getPermissions', {})
  return page.hydrate(
    <RobotPage project={project} id={id}>
      <RobotPermissions project={project} id={id} />
    </RobotPage>,
  )
}
