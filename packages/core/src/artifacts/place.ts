import { projectFacts } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import { readRepositoryId } from './indexing/store.ts'
import { projectOf } from './name.ts'
import type { Place } from './news.ts'

/** The repository with this full name; undefined when there is none. */
export async function placeNamed(core: Core, repository: string): Promise<Place | undefined> {
  const [repositoryId, project] = await Promise.all([
    readRepositoryId(core, repository),
    projectFacts(core, { name: projectOf(repository) }),
  ])
  return repositoryId === undefined || !project ? undefined : { project, repository, repositoryId }
}

/** The repository of an artifact that was just found; a project that goes meanwhile counts as private. */
export async function placeOf(
  core: Core,
  artifact: { projectId: number; repositoryId: number; repositoryName: string },
): Promise<Place> {
  const { projectId, repositoryId, repositoryName } = artifact
  const project = (await projectFacts(core, { id: projectId })) ?? { id: projectId, public: false }
  return { project, repository: repositoryName, repositoryId }
}
