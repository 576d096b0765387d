import type { CallInput } from '@berth/contract'
import { asPart } from '@/data/as-part.ts'
import { readListState } from '@/data/list-state.ts'

export const eventPageSize = 25
export const eventStatuses = ['waiting', 'failing', 'given up', 'done'] as const
export type EventStatus = (typeof eventStatuses)[number]

export const readStatus = (params: { get(name: string): string | null }) =>
  eventStatuses.find((status) => status === params.get('status'))

export function eventsInput(params: { get(name: string): string | null }): CallInput<'listRegistryEvents'> {
  const { q, page } = readListState(params, [])
  const status = readStatus(params)
  const conditions = [
    ...(status ? [`status=${encodeURIComponent(status)}`] : []),
    ...(q ? [`repository=~${asPart(q)}`] : []),
  ]
  return {
    query: { page, page_size: eventPageSize, ...(conditions.length > 0 && { q: conditions.join(',') }) },
  }
}
