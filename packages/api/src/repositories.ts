import type { Schemas } from '@berth/contract'
import {
  deleteRepository,
  getRepository,
  listAllRepositories,
  listRepositories,
  type Repository,
  updateRepository,
} from '@berth/core/repositories'
import type { Handlers } from './handler.ts'
import { done, ok, page } from './replies.ts'

const presentRepository = (repository: Repository): Schemas['Repository'] => ({
  id: repository.id,
  project_id: repository.projectId,
  name: repository.name,
  description: repository.description,
  artifact_count: repository.artifactCount,
  pull_count: repository.pullCount,
  creation_time: repository.createdAt.toISOString(),
  update_time: repository.updatedAt.toISOString(),
  ...(repository.storageBytes !== undefined && { storage_size: repository.storageBytes }),
})

/** The full name of the repository that a path names. */
export const repositoryOf = (path: { project_name: string; repository_name: string }): string =>
  `${path.project_name}/${path.repository_name}`

export const repositories: Handlers<
  'listAllRepositories' | 'listRepositories' | 'getRepository' | 'updateRepository' | 'deleteRepository'
> = {
  async listAllRepositories(context) {
    const query = context.listQuery()
    const found = await listAllRepositories(context.core, context.actor, { query })
    return page(context, query, found, presentRepository)
  },

  async listRepositories(context) {
    const query = context.listQuery()
    const project = context.path.project_name
    const patterns = context.query.within?.split(' ').filter(Boolean)
    const found = await listRepositories(context.core, context.actor, { project, query, patterns })
    return page(context, query, found, presentRepository)
  },

  async getRepository({ core, actor, path }) {
    return ok(presentRepository(await getRepository(core, actor, repositoryOf(path))))
  },

  async updateRepository({ core, actor, path, body }) {
    await updateRepository(core, actor, { name: repositoryOf(path), description: body.description ?? '' })
    return done()
  },

  async deleteRepository({ core, actor, path }) {
    await deleteRepository(core, actor, repositoryOf(path))
    return done()
  },
}
