'use client'
import { useApiQuery } from '@/data/use-api.ts'
import { useViewer } from '@/features/frame/providers.tsx'

/** False while the installation takes no changes, or leaves new projects to administrators. */
export function useMayCreateProjects(): boolean {
  const viewer = useViewer()
  const facts = useApiQuery('getSystemInfo', {}, { enabled: !!viewer }).data?.data
  if (!viewer || facts?.read_only) return false
  return viewer.sysadmin_flag || facts?.project_creation_restriction !== 'adminonly'
}
