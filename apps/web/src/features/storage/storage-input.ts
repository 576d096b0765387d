import type { CallInput } from '@berth/contract'
import { projectInput } from '@/features/projects/project-input.ts'

/** As many repositories as the API gives at once, largest first: the picture shows those. */
export function storageInput(project: string) {
  return { ...projectInput(project), query: { page_size: 0 } } satisfies CallInput<'getProjectStorage'>
}
