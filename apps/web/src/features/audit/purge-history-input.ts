import type { CallInput } from '@berth/contract'
import { readListState } from '../../data/list-state.ts'

export const purgePageSize = 10

export function purgeHistoryInput(params: {
  get(name: string): string | null
}): CallInput<'getPurgeHistory'> {
  const { page } = readListState(params, [])
  return { query: { page, page_size: purgePageSize, sort: '-creation_time' } }
}
