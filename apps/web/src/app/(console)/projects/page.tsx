import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { NewProjectButton } from '@/features/projects/new-project-button.tsx'
import { ProjectList } from '@/features/projects/project-list.tsx'
import { projectsInput } from '@/features/projects/project-list-state.ts'
import { pageData } from '@/server/page-data.tsx'
import { getViewer } from '@/server/viewer.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('projects'))('title') }
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function ProjectsPage({ searchParams }: Props) {
  const params = toParams(await searchParams)
  const [t, viewer, page] = await Promise.all([
    getTranslations('projects'),
    getViewer(),
    pageData('/projects'),
  ])
  await page.want('listProjects', projectsInput(params, viewer?.username))
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader
        title={t('title')}
        description={t('description')}
        actions={viewer && <NewProjectButton />}
      />
      <div>
        <ProjectList />
      </div>
    </div>,
  )
}
