import type { CallInput } from '@berth/contract'
import { readListState } from '@/data/list-state.ts'
import { artifactQuery } from './artifact-query.ts'

export const artifactSorts = ['push_time', 'pull_time', 'pull_count', 'size', 'type'] as const
export const artifactPageSize = 25

type Params = { get(name: string): string | null }
export type RepositoryInput = { path: { project_name: string; repository_name: string } }

export function showsUntagged(params: Params): boolean {
  return params.get('untagged') === '1'
}

/** The API call behind a repository page: `?q=…&untagged=1&sort=…&page=…`; `labels`: see `labelCondition`. */
export function artifactsInput(
  { path }: RepositoryInput,
  params: Params,
  labels?: string,
): CallInput<'listArtifacts'> {
  const { q, sort, page } = readListState(params, artifactSorts)
  const conditions = artifactQuery(q, showsUntagged(params), labels)
  return {
    path,
    query: {
      page,
      page_size: artifactPageSize,
      with_tag: true,
      with_label: true,
      with_immutable_status: true,
      sort: sort || '-push_time',
      ...(conditions && { q: conditions }),
    },
  }
}

/** The artifact whose tag the pull command names: the one tagged and pushed last. */
export function newestInput({ path }: RepositoryInput): CallInput<'listArtifacts'> {
  return { path, query: { page: 1, page_size: 1, with_tag: true, sort: '-push_time', q: 'tags=*' } }
}
