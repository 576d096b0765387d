'use client'
import { useApiQuery } from '@/data/use-api.ts'
import { useViewer } from '@/features/frame/providers.tsx'

/** True while the whole installation takes no changes; known to those who are signed in. */
export function useSystemReadOnly(): boolean {
  const viewer = useViewer()
  return useApiQuery('getSystemInfo', {}, { enabled: !!viewer }).data?.data.read_only === true
}
