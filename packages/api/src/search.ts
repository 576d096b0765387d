import type { Schemas } from '@berth/contract'
import { type FoundRepository, search as find } from '@berth/core/search'
import type { Handlers } from './handler.ts'
import { presentProject } from './projects.ts'
import { ok } from './replies.ts'

const presentRepository = (repository: FoundRepository): Schemas['SearchRepository'] => ({
  project_id: repository.projectId,
  project_name: repository.projectName,
  project_public: repository.projectPublic,
  repository_name: repository.name,
  pull_count: repository.pullCount,
  artifact_count: repository.artifactCount,
})

export const search: Handlers<'search'> = {
  async search({ core, actor, query }) {
    const { projects, repositories } = await find(core, actor, query.q)
    return ok({ project: projects.map(presentProject), repository: repositories.map(presentRepository) })
  },
}
