import type { CallInput } from '@berth/contract'
import { readListState } from '@/data/list-state.ts'

export const projectSorts = ['name', 'creation_time', 'update_time'] as const
export const projectSort = 'name'
export const projectPageSize = 15
export const visibilities = ['public', 'private', 'mine'] as const
export type Visibility = (typeof visibilities)[number] | ''

type Params = { get(name: string): string | null }

export function readVisibility(params: Params): Visibility {
  return visibilities.find((one) => one === params.get('show')) ?? ''
}

/** The API call behind /projects?q=…&show=…&sort=…&page=…; `owner` is the person, for "mine". */
export function projectsInput(params: Params, owner: string | undefined): CallInput<'listProjects'> {
  const { q, sort, page } = readListState(params, projectSorts)
  const show = readVisibility(params)
  return {
    query: {
      page,
      page_size: projectPageSize,
      with_detail: true,
      sort: sort || projectSort,
      ...(q && { name: q }),
      ...(show === 'public' && { public: true }),
      ...(show === 'private' && { public: false }),
      ...(show === 'mine' && owner && { owner }),
    },
  }
}
