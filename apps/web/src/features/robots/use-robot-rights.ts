'use client'
import { useApiQuery } from '@/data/use-api.ts'
import { useViewer } from '@/features/frame/providers.tsx'
import { projectInput } from '@/features/projects/project-input.ts'
import { usePermissions } from '@/features/projects/use-project.ts'

/** What the person may do with the robots of a project, or with null with those of the system. */
export function useRobotRights(project: string | null) {
  const viewer = useViewer()
  const found = useApiQuery('getProject', projectInput(project ?? ''), { enabled: project !== null })
  const projectId = found.data?.data.project_id
  const can = usePermissions(projectId)
  const may = (action: 'create' | 'update' | 'delete') =>
    project === null ? viewer?.sysadmin_flag === true : can('robot', action)
  return { projectId, create: may('create'), update: may('update'), delete: may('delete') }
}
