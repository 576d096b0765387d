'use client'
import type { CallInput } from '@berth/contract'
import { useParams } from 'next/navigation'
import { useApiQuery } from '@/data/use-api.ts'
import { useViewer } from '@/features/frame/providers.tsx'
import { isFrozen, isProjectReadOnly } from '@/features/read-only/read-only.ts'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { permissionsInput, projectInput } from './project-input.ts'

/** The project of this page; the server has fetched it, so it is there at the first render. */
export function useProject(name: string) {
  return useApiQuery('getProject', projectInput(name)).data?.data
}

/**
 * `can('repository', 'delete')`: what the API says the person may do in this project, less what read-only refuses now;
 * `onlyTakes` as in `isFrozen`. It still checks each call.
 */
export function usePermissions(projectId: number | undefined) {
  const viewer = useViewer()
  const input: CallInput<'getCurrentUserPermissions'> = permissionsInput(projectId ?? 0)
  const query = useApiQuery('getCurrentUserPermissions', input, {
    enabled: !!viewer && projectId !== undefined,
  })
  const granted = new Set(query.data?.data.map(({ resource, action }) => `${resource}:${action}`))
  // Every page about a project has its name in the path: the project tells whether it is read-only.
  const { project: segment } = useParams<{ project?: string }>()
  const name = segment === undefined ? undefined : decodeURIComponent(segment)
  const project = useApiQuery('getProject', projectInput(name ?? ''), { enabled: name !== undefined })
  const frozenBy = useSystemReadOnly()
    ? 'installation'
    : isProjectReadOnly(project.data?.data)
      ? 'project'
      : undefined
  // The API calls the project itself `.` when it names resources within it.
  return (resource: string, action: string, onlyTakes?: boolean) =>
    !(frozenBy && isFrozen(frozenBy, resource, action, onlyTakes)) &&
    granted.has(`${resource === 'project' ? '.' : resource}:${action}`)
}
