import type { Metadata } from 'next'
import dynamic from 'next/dynamic'
import { notFound } from 'next/navigation'
import { toParams } from '@/data/list-state.ts'
import { placeOf, type RepositoryPlace } from '@/features/repositories/paths.ts'
import { fetchArtifactPage, fetchRepositoryPage } from './page-queries.ts'

// One address scheme, two pages: each brings only its own code to the browser.
const RepositoryPage = dynamic(() =>
  import('@/features/repositories/repository-page.tsx').then((module) => module.RepositoryPage),
)
const ArtifactPage = dynamic(() =>
  import('@/features/artifacts/artifact-page.tsx').then((module) => module.ArtifactPage),
)

type Props = {
  params: Promise<{ project: string; repository: string[] }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

async function readPlace(params: Props['params']): Promise<RepositoryPlace> {
  const { project, repository } = await params
  return placeOf(project, repository) ?? notFound()
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, repository, reference } = await readPlace(params)
  const mark = reference?.kind === 'digest' ? '@' : ':'
  const name = reference ? `${repository}${mark}${reference.value.slice(0, 20)}` : repository
  return { title: `${name} · ${project}` }
}

export default async function Page({ params, searchParams }: Props) {
  const place = await readPlace(params)
  const { project, repository, reference } = place
  const query = toParams(await searchParams)
  if (!reference) {
    const page = await fetchRepositoryPage(place, query)
    return page.hydrate(<RepositoryPage project={project} repository={repository} />)
  }
  const artifact = { project, repository, reference: reference.value }
  const page = await fetchArtifactPage(artifact, query)
  return page.hydrate(<ArtifactPage place={artifact} />)
}
