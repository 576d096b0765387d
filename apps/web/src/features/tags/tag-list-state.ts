import type { CallInput } from '@berth/contract'
import { asPart } from '@/data/as-part.ts'
import { readListState } from '@/data/list-state.ts'
import type { ArtifactPlace } from '@/features/artifacts/artifact-input.ts'

export const tagSorts = ['name', 'push_time', 'pull_time'] as const
export const tagPageSize = 25

type Params = { get(name: string): string | null }

/** The API call behind the tags of an artifact. `reference` is a digest: a tag could move on while one looks. */
export function tagsInput(place: ArtifactPlace, params: Params): CallInput<'listTags'> {
  const { q, sort, page } = readListState(params, tagSorts)
  return {
    path: { project_name: place.project, repository_name: place.repository, reference: place.reference },
    query: {
      page,
      page_size: tagPageSize,
      with_immutable_status: true,
      sort: sort || '-push_time',
      ...(q && { q: `name=~${asPart(q)}` }),
    },
  }
}
