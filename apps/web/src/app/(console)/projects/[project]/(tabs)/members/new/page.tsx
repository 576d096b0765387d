import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { NewMemberForm } from '@/features/members/new-member-form.tsx'
import { permissionsInput, projectInput } from '@/features/projects/project-input.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('members.form'))('title') }
}

export default async function NewMemberPage({ params }: { params: Promise<{ project: string }> }) {
  const name = decodeURIComponent((await params).project)
  const page = await pageData(`/projects/${name}/members/new`)
  const { data: project } = await page.need('getProject', projectInput(name))
  const { data: held } = await page.need('getCurrentUserPermissions', permissionsInput(project.project_id))
  if (!held.some(({ resource, action }) => resource === 'member' && action === 'create')) notFound()
  return page.hydrate(<NewMemberForm project={name} />)
}
