'use client'
import { usePermissions, useProject } from '@/features/projects/use-project.ts'
import { LabelList } from './label-list.tsx'

export function ProjectLabels({ project }: { project: string }) {
  const found = useProject(project)
  const can = usePermissions(found?.project_id)
  if (!found) return null
  return (
    <LabelList
      project={project}
      space={{ projectId: found.project_id }}
      mayCreate={can('label', 'create')}
      mayUpdate={can('label', 'update')}
      mayDelete={can('label', 'delete')}
    />
  )
}
