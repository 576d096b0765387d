import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { toParams } from '@/data/list-state.ts'
import {
  additionInput,
  additionsOf,
  artifactInput,
  childrenInput,
  tabsOf,
} from '@/features/artifacts/artifact-input.ts'
import { hasPlatforms } from '@/features/artifacts/artifact-names.ts'
import { ArtifactPage } from '@/features/artifacts/artifact-page.tsx'
import { artifactPath, placeOf, repositoryPath } from '@/features/repositories/paths.ts'
import { tagsInput } from '@/features/tags/tag-list-state.ts'
import { needProject } from '@/server/need-project.ts'
import { pageData } from '@/server/page-data.tsx'

type Props = {
  params: Promise<{ project: string; artifact: string[] }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

async function readPlace(params: Props['params']) {
  const { project, artifact } = await params
  const place = placeOf(project, artifact) ?? notFound()
  if (!place.reference) redirect(repositoryPath(place.project, place.repository))
  return { ...place, reference: place.reference.value }
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, repository, reference } = await readPlace(params)
  return { title: `${repository} ${reference.slice(0, 19)} · ${project}` }
}

export default async function Page({ params, searchParams }: Props) {
  const place = await readPlace(params)
  const query = toParams(await searchParams)
  const page = await pageData(artifactPath(place.project, place.repository, place.reference))
  const [{ data: artifact }] = await Promise.all([
    page.need('getArtifact', artifactInput(place)),
    needProject(page, place.project),
    page.want('getSystemInfo', {}),
  ])
  const { tab } = tabsOf(artifact, query.get('tab'))
  await Promise.all([
    ...additionsOf(artifact, tab).map((addition) => page.want('getAddition', additionInput(place, addition))),
    tab === 'overview' &&
      hasPlatforms(artifact) &&
      page.want('listArtifacts', childrenInput(place, artifact)),
    tab === 'tags' && page.want('listTags', tagsInput({ ...place, reference: artifact.digest }, query)),
  ])
  return page.hydrate(<ArtifactPage place={place} />)
}
