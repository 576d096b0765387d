import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { permissionsInput, projectInput } from '@/features/projects/project-input.ts'
import { RobotForm } from '@/features/robots/robot-form.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('robots'))('new') }
}

export default async function NewProjectRobotPage({ params }: { params: Promise<{ project: string }> }) {
  const name = decodeURIComponent((await params).project)
  const page = await pageData(`/projects/${name}/robots/new`)
  const { data: project } = await page.need('getProject', projectInput(name))
  const [{ data: held }] = await Promise.all([
    page.need('getCurrentUserPermissions', permissionsInput(project.project_id)),
    page.want('getPermissions', {}),
    page.want('getSystemInfo', {}),
  ])
  if (!held.some(({ resource, action }) => resource === 'robot' && action === 'create')) notFound()
  return page.hydrate(<RobotForm project={name} />)
}
