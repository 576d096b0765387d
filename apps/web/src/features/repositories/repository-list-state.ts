import type { CallInput } from '@berth/contract'
import { asPart } from '@/data/as-part.ts'
import { readListState } from '@/data/list-state.ts'

export { repositoryPath, shortName } from './paths.ts'

export const repositorySorts = ['name', 'pull_count', 'creation_time', 'update_time'] as const
export const repositorySort = '-update_time'
export const repositoryPageSize = 15

/** The API call behind a project's list of repositories. */
export function repositoriesInput(
  project: string,
  params: { get(name: string): string | null },
): CallInput<'listRepositories'> {
  const { q, sort, page } = readListState(params, repositorySorts)
  return {
    path: { project_name: project },
    query: {
      page,
      page_size: repositoryPageSize,
      sort: sort || repositorySort,
      // `q` is unescaped twice on the way, see the conventions of the API.
      ...(q && { q: `name=~${asPart(q)}` }),
    },
  }
}

/**
 * One repository, asked for as a list of one: in a public project everybody may list and pull, but to read a
 * repository takes a role.
 */
export function repositoryInput(project: string, repository: string): CallInput<'listRepositories'> {
  const name = encodeURIComponent(`${project}/${repository}`)
  return { path: { project_name: project }, query: { page: 1, page_size: 1, q: `name=${name}` } }
}
