import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { projectInput } from '@/features/projects/project-input.ts'
import { ProjectStorage } from '@/features/storage/project-storage.tsx'
import { storageInput } from '@/features/storage/storage-input.ts'
import { pageData } from '@/server/page-data.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('projects.tabs'))('storage') }
}

export default async function StoragePage({ params }: { params: Promise<{ project: string }> }) {
  const project = decodeURIComponent((await params).project)
  const page = await pageData(`/projects/${project}/storage`)
  await Promise.all([
    page.need('getProjectStorage', storageInput(project)),
    page.want('getProjectSummary', projectInput(project)),
  ])
  return page.hydrate(<ProjectStorage project={project} />)
}
