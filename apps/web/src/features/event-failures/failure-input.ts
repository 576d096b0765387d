import type { CallInput } from '@berth/contract'
import { readListState } from '../../data/list-state.ts'

export const failurePageSize = 10

export const failuresInput = (params: { get(name: string): string | null }) =>
  ({
    query: { page: readListState(params, []).page, page_size: failurePageSize },
  }) satisfies CallInput<'listEventFailures'>
