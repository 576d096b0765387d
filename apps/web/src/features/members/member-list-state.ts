import type { CallInput } from '@berth/contract'
import { readListState } from '@/data/list-state.ts'
import { projectInput } from '@/features/projects/project-input.ts'

export const memberPageSize = 25

export function membersInput(
  project: string,
  params: { get(name: string): string | null },
): CallInput<'listProjectMembers'> {
  const { q, page } = readListState(params, [])
  return { ...projectInput(project), query: { page, page_size: memberPageSize, ...(q && { entityname: q }) } }
}
