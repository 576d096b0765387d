import type { CallInput } from '@berth/contract'
import { asPart } from '../../data/as-part.ts'
import { readListState } from '../../data/list-state.ts'

export const robotSorts = ['name', 'creation_time'] as const
export const robotSort = 'name'
export const robotPageSize = 25

/** The robots of one project, or with null those of the system. */
export function robotsInput(
  projectId: number | null,
  params: { get(name: string): string | null },
): CallInput<'ListRobot'> {
  const { q, sort, page } = readListState(params, robotSorts)
  const conditions = [
    ...(projectId === null ? [] : ['Level=project', `ProjectID=${projectId}`]),
    ...(q ? [`name=~${asPart(q)}`] : []),
  ]
  return {
    query: {
      page,
      page_size: robotPageSize,
      sort: sort || robotSort,
      ...(conditions.length > 0 && { q: conditions.join(',') }),
    },
  }
}
