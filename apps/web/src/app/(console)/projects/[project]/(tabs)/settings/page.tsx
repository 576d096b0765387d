import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { projectInput } from '@/features/projects/project-input.ts'
import { ProjectSettings } from '@/features/projects/project-settings.tsx'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('projects.tabs'))('settings') }
}

export default async function SettingsPage({ params }: { params: Promise<{ project: string }> }) {
  const project = decodeURIComponent((await params).project)
  const page = await pageData(`/projects/${project}/settings`)
  await page.need('getProject', projectInput(project))
  return page.hydrate(<ProjectSettings project={project} />)
}
