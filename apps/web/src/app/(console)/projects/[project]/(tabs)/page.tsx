import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { toParams } from '@/data/list-state.ts'
import { RepositoryList } from '@/features/repositories/repository-list.tsx'
import { repositoriesInput } from '@/features/repositories/repository-list-state.ts'
import { pageData } from '@/server/page-data.tsx'

type Props = {
  params: Promise<{ project: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = await getTranslations('projects.tabs')
  // The layout's template holds for the tabs beneath it, not for the page beside it.
  return { title: `${t('repositories')} · ${decodeURIComponent((await params).project)}` }
}

export default async function RepositoriesPage({ params, searchParams }: Props) {
  const project = decodeURIComponent((await params).project)
  const page = await pageData(`/projects/${project}`)
  await Promise.all([
    page.want('listRepositories', repositoriesInput(project, toParams(await searchParams))),
    page.want('getSystemInfo', {}),
  ])
  return page.hydrate(
    <div>
      <RepositoryList project={project} />
    </div>,
  )
}
