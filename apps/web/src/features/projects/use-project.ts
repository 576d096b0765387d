'use client'
import type { CallInput } from '@berth/contract'
import { useApiQuery } from '@/data/use-api.ts'
import { useViewer } from '@/features/frame/providers.tsx'
import { permissionsInput, projectInput } from './project-input.ts'

/** The project of this page; the server has fetched it, so it is there at the first render. */
export function useProject(name: string) {
  return useApiQuery('getProject', projectInput(name)).data?.data
}

/** `can('repository', 'delete')`: what the API says the person may do in this project. It still checks each call. */
export function usePermissions(projectId: number | undefined) {
  const viewer = useViewer()
  const input: CallInput<'getCurrentUserPermissions'> = permissionsInput(projectId ?? 0)
  const query = useApiQuery('getCurrentUserPermissions', input, {
    enabled: !!viewer && projectId !== undefined,
  })
  const granted = new Set(query.data?.data.map(({ resource, action }) => `${resource}:${action}`))
  // The API calls the project itself `.` when it names resources within it.
  return (resource: string, action: string) =>
    granted.has(`${resource === 'project' ? '.' : resource}:${action}`)
}
