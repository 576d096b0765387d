import type { Schemas } from '@berth/contract'
import { getStatistics, type Statistics } from '@berth/core/statistics'
import type { Handlers } from './handler.ts'
import { ok } from './replies.ts'

const presentStatistics = (counts: Statistics): Schemas['Statistic'] => ({
  private_project_count: counts.privateProjects,
  private_repo_count: counts.privateRepositories,
  public_project_count: counts.publicProjects,
  public_repo_count: counts.publicRepositories,
  total_project_count: counts.privateProjects + counts.publicProjects,
  total_repo_count: counts.privateRepositories + counts.publicRepositories,
  ...(counts.storageBytes !== undefined && { total_storage_consumption: counts.storageBytes }),
})

export const statistics: Handlers<'getStatistic'> = {
  async getStatistic({ core, actor }) {
    return ok(presentStatistics(await getStatistics(core, actor)))
  },
}
