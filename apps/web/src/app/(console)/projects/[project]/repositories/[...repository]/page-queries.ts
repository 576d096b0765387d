import {
  type ArtifactPlace,
  additionInput,
  additionsOf,
  artifactInput,
  childrenInput,
  tabsOf,
} from '@/features/artifacts/artifact-input.ts'
import { artifactsInput, newestInput } from '@/features/artifacts/artifact-list-state.ts'
import { isIndex } from '@/features/artifacts/artifact-names.ts'
import { permissionsInput, projectInput } from '@/features/projects/project-input.ts'
import { artifactPath, type RepositoryPlace, repositoryPath } from '@/features/repositories/paths.ts'
import { tagsInput } from '@/features/tags/tag-list-state.ts'
import { type PageData, pageData } from '@/server/page-data.tsx'
import { getViewer } from '@/server/viewer.ts'

/** What a repository page shows at its first paint. A repository one may not see is "not found". */
export async function fetchRepositoryPage(
  { project, repository }: RepositoryPlace,
  query: URLSearchParams,
): Promise<PageData> {
  const page = await pageData(repositoryPath(project, repository))
  const path = { project_name: project, repository_name: repository }
  await Promise.all([
    page.need('getRepository', { path }),
    fetchFrame(page, project),
    page.want('listArtifacts', artifactsInput({ path }, query)),
    page.want('listArtifacts', newestInput({ path })),
  ])
  return page
}

/** What an artifact page shows at its first paint: the artifact and what its tab reads besides. */
export async function fetchArtifactPage(place: ArtifactPlace, query: URLSearchParams): Promise<PageData> {
  const page = await pageData(artifactPath(place.project, place.repository, place.reference))
  const [{ data: artifact }] = await Promise.all([
    page.need('getArtifact', artifactInput(place)),
    fetchFrame(page, place.project),
  ])
  const { tab } = tabsOf(artifact, query.get('tab'))
  await Promise.all([
    ...additionsOf(artifact, tab).map((addition) => page.want('getAddition', additionInput(place, addition))),
    ...(tab === 'overview' && isIndex(artifact)
      ? [page.want('listArtifacts', childrenInput(place, artifact))]
      : []),
    ...(tab === 'tags'
      ? [page.want('listTags', tagsInput({ ...place, reference: artifact.digest }, query))]
      : []),
  ])
  return page
}

/** The project with the person's rights in it, and the host that commands name. */
async function fetchFrame(page: PageData, project: string): Promise<void> {
  await Promise.all([
    page.want('getSystemInfo', {}),
    page.need('getProject', projectInput(project)).then(async ({ data }) => {
      if (await getViewer()) await page.want('getCurrentUserPermissions', permissionsInput(data.project_id))
    }),
  ])
}
