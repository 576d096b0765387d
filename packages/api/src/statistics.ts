import type { Schemas } from '@berth/contract'
import {
  type Activity,
  dayText,
  getActivity,
  getProjectActivity,
  getRepositoryActivity,
  getStatistics,
  getStorageHistory,
  listMostUsed,
  listMostUsedOfProject,
  listMostUsedTags,
  type RepositoryUse,
  type Statistics,
} from '@berth/core/statistics'
import type { Handlers } from './handler.ts'
import { ok } from './replies.ts'
import { repositoryOf } from './repositories.ts'

const presentStatistics = (counts: Statistics): Schemas['Statistic'] => ({
  private_project_count: counts.privateProjects,
  private_repo_count: counts.privateRepositories,
  public_project_count: counts.publicProjects,
  public_repo_count: counts.publicRepositories,
  total_project_count: counts.privateProjects + counts.publicProjects,
  total_repo_count: counts.privateRepositories + counts.publicRepositories,
  ...(counts.storageBytes !== undefined && { total_storage_consumption: counts.storageBytes }),
})

const presentActivity = ({ from, to, days }: Activity): Schemas['Activity'] => ({
  from: dayText(from),
  to: dayText(to),
  pulls: days.reduce((sum, { pulls }) => sum + pulls, 0),
  pushes: days.reduce((sum, { pushes }) => sum + pushes, 0),
  items: days.map(({ day, pulls, pushes, storageBytes }) => ({
    day: dayText(day),
    pulls,
    pushes,
    ...(storageBytes !== undefined && { storage_bytes: storageBytes }),
  })),
})

const presentUse = (use: RepositoryUse): Schemas['RepositoryUse'] => ({
  repository_id: use.repositoryId,
  repository_name: use.name,
  project_id: use.projectId,
  pulls: use.pulls,
  pushes: use.pushes,
})

export const statistics: Handlers<
  | 'getStatistic'
  | 'getActivity'
  | 'listMostUsed'
  | 'getStorageHistory'
  | 'getProjectActivity'
  | 'listMostUsedOfProject'
  | 'getRepositoryActivity'
  | 'listMostUsedTags'
> = {
  async getStatistic({ core, actor }) {
    return ok(presentStatistics(await getStatistics(core, actor)))
  },

  async getActivity({ core, actor, query }) {
    return ok(presentActivity(await getActivity(core, actor, query)))
  },

  async listMostUsed({ core, actor, query }) {
    return ok((await listMostUsed(core, actor, query)).map(presentUse))
  },

  async getStorageHistory({ core, actor, query }) {
    const { from, to, days } = await getStorageHistory(core, actor, query)
    const items = days.map(({ day, storageBytes }) => ({ day: dayText(day), storage_bytes: storageBytes }))
    return ok({ from: dayText(from), to: dayText(to), items })
  },

  async getProjectActivity({ core, actor, path, query }) {
    const project = path.project_name
    return ok(presentActivity(await getProjectActivity(core, actor, { ...query, project })))
  },

  async listMostUsedOfProject({ core, actor, path, query }) {
    const project = path.project_name
    return ok((await listMostUsedOfProject(core, actor, { ...query, project })).map(presentUse))
  },

  async getRepositoryActivity({ core, actor, path, query }) {
    const repository = repositoryOf(path)
    return ok(presentActivity(await getRepositoryActivity(core, actor, { ...query, repository })))
  },

  async listMostUsedTags({ core, actor, path, query }) {
    return ok(await listMostUsedTags(core, actor, { ...query, repository: repositoryOf(path) }))
  },
}
