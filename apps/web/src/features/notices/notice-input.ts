import type { CallInput } from '@berth/contract'
import { readListState } from '../../data/list-state.ts'

export const noticePageSize = 25

export const readUnreadOnly = (params: { get(name: string): string | null }): boolean =>
  params.get('unread') === '1'

export function noticesInput(params: { get(name: string): string | null }) {
  const { page } = readListState(params, [])
  return {
    query: { page, page_size: noticePageSize, ...(readUnreadOnly(params) && { unread: true }) },
  } satisfies CallInput<'listMyNotices'>
}
