import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { toParams } from '@/data/list-state.ts'
import { artifactsInput, newestInput } from '@/features/artifacts/artifact-list-state.ts'
import { labelNames } from '@/features/artifacts/label-filter.ts'
import { artifactPath, placeOf, repositoryPath } from '@/features/repositories/paths.ts'
import { repositoryInput } from '@/features/repositories/repository-list-state.ts'
import { RepositoryPage } from '@/features/repositories/repository-page.tsx'
import { needProject } from '@/server/need-project.ts'
import { pageData } from '@/server/page-data.tsx'

type Props = {
  params: Promise<{ project: string; repository: string[] }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

async function readPlace(params: Props['params']) {
  const { project, repository } = await params
  return placeOf(project, repository) ?? notFound()
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, repository } = await readPlace(params)
  return { title: `${repository} · ${project}` }
}

/** A repository one may not see is "not found". */
export default async function Page({ params, searchParams }: Props) {
  const { project, repository, reference } = await readPlace(params)
  if (reference) redirect(artifactPath(project, repository, reference.value))
  const path = { project_name: project, repository_name: repository }
  const page = await pageData(repositoryPath(project, repository))
  const query = toParams(await searchParams)
  const names = labelNames(query.get('q') ?? '')
  const [{ data: found }] = await Promise.all([
    page.need('listRepositories', repositoryInput(project, repository)),
    needProject(page, project),
    page.want('getSystemInfo', {}),
    // A filter by labels needs their ids first; the browser asks for them and shows the rows when it has them.
    names.length === 0 && page.want('listArtifacts', artifactsInput({ path }, query)),
    page.want('listArtifacts', newestInput({ path })),
  ])
  if (found.length === 0) notFound()
  return page.hydrate(<RepositoryPage project={project} repository={repository} />)
}
