import type { Schemas } from '@berth/contract'
import { type FoundRepository, search as find, type Hit, searchEverything } from '@berth/core/search'
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

const presentHit = (hit: Hit): Schemas['SearchHit'] => ({
  project_name: hit.projectName,
  repository_name: hit.repositoryName,
  digest: hit.digest,
  artifact_type: hit.artifactType,
  tag: hit.tag,
  matched: hit.matched,
})

export const search: Handlers<'search' | 'searchEverything'> = {
  async search({ core, actor, query }) {
    const { projects, repositories } = await find(core, actor, query.q)
    return ok({ project: projects.map(presentProject), repository: repositories.map(presentRepository) })
  },

  async searchEverything({ core, actor, query }) {
    const { q: text, kind, cursor, page_size: pageSize = 10 } = query
    const groups = await searchEverything(core, actor, { text, kind, cursor, pageSize })
    return ok(groups.map(({ kind, hits, next }) => ({ kind, hits: hits.map(presentHit), next })))
  },
}
