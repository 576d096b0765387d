import type { CallInput } from '@berth/contract'
import { asPart } from '@/data/as-part.ts'
import { readListState } from '@/data/list-state.ts'

export const userSorts = ['username', 'creation_time'] as const
export const userSort = 'username'
export const userPageSize = 25

/** Where people come from; `UserResp.auth_source`. */
export const userSources = ['local', 'ldap', 'oidc'] as const

export const readSource = (params: { get(name: string): string | null }) =>
  userSources.find((source) => source === params.get('source'))

export function usersInput(params: { get(name: string): string | null }): CallInput<'listUsers'> {
  const { q, sort, page } = readListState(params, userSorts)
  const source = readSource(params)
  const conditions = [...(q ? [`username=~${asPart(q)}`] : []), ...(source ? [`auth_source=${source}`] : [])]
  return {
    query: {
      page,
      page_size: userPageSize,
      sort: sort || userSort,
      ...(conditions.length > 0 && { q: conditions.join(',') }),
    },
  }
}

export const userInput = (id: number) => ({ path: { user_id: id } }) satisfies CallInput<'getUser'>
