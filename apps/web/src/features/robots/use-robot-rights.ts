'use client'
import { useApiQuery } from '@/data/use-api.ts'
import { useViewer } from '@/features/frame/providers.tsx'
import { projectInput } from '@/features/projects/project-input.ts'
import { usePermissions } from '@/features/projects/use-project.ts'
import { isFrozen } from '@/features/read-only/read-only.ts'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'

/**
 * What the person may do with the robots of a project, or with null with those of the system. `stop`: disable one, and
 * give it a new secret; while everything is read-only that can still be done.
 */
export function useRobotRights(project: string | null) {
  const viewer = useViewer()
  const frozen = useSystemReadOnly()
  const found = useApiQuery('getProject', projectInput(project ?? ''), { enabled: project !== null })
  const projectId = found.data?.data.project_id
  const can = usePermissions(projectId)
  const may: typeof can = (resource, action, onlyTakes) =>
    project === null
      ? viewer?.sysadmin_flag === true && !(frozen && isFrozen('installation', resource, action, onlyTakes))
      : can(resource, action, onlyTakes)
  return {
    projectId,
    create: may('robot', 'create'),
    update: may('robot', 'update'),
    stop: may('robot', 'update', true),
    delete: may('robot', 'delete'),
    trusts: may('identity-trust', 'list'),
    changeTrusts: may('identity-trust', 'update'),
  }
}
