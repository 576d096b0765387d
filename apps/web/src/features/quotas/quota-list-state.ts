import type { CallInput } from '@berth/contract'
import { readListState } from '@/data/list-state.ts'

export const quotaSorts = ['used.storage', 'hard.storage'] as const
export const quotaSort = '-used.storage'
export const quotaPageSize = 25

export function quotasInput(params: { get(name: string): string | null }): CallInput<'listQuotas'> {
  const { sort, page } = readListState(params, quotaSorts)
  return { query: { page, page_size: quotaPageSize, reference: 'project', sort: sort || quotaSort } }
}
