import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { projectInput } from '@/features/projects/project-input.ts'
import { belongsTo, robotInput } from '@/features/robots/robot-list-state.ts'
import { RobotPage } from '@/features/robots/robot-page.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('robots'))('one') }
}

type Props = { params: Promise<{ project: string; robot: string }> }

export default async function ProjectRobotPage({ params }: Props) {
  const { project: encoded, robot } = await params
  const project = decodeURIComponent(encoded)
  const id = Number(robot)
  if (!Number.isSafeInteger(id) || id < 1) notFound()
  const page = await pageData(`/projects/${project}/robots/${robot}`)
  const [{ data }] = await Promise.all([
    page.need('GetRobotByID', robotInput(id)),
    page.need('getProject', projectInput(project)),
    page.want('getSystemInfo', {}),
    page.want('getPermissions', {}),
  ])
  if (!belongsTo(data, project)) notFound()
  return page.hydrate(<RobotPage project={project} id={id} />)
}
