import type { CallInput } from '@berth/contract'
import { readListState } from '@/data/list-state.ts'

export const userSorts = ['username', 'creation_time'] as const
export const userSort = 'username'
export const userPageSize = 25

export function usersInput(params: { get(name: string): string | null }): CallInput<'listUsers'> {
  const { q, sort, page } = readListState(params, userSorts)
  return {
    query: {
      page,
      page_size: userPageSize,
      sort: sort || userSort,
      ...(q && { q: `username=~${encodeURIComponent(q)}` }),
    },
  }
}
