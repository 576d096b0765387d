'use client'
import { useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useApiQuery, useQuietRefetch } from '@/data/use-api.ts'
import { auditInput, projectAuditInput } from './audit-list-state.ts'

/** The lines that the URL asks for, of a project, or with null of the whole installation. */
export function useAuditLines(project: string | null) {
  const params = useSearchParams()
  const { nowMs } = useUi()
  const all = useApiQuery('listAuditLogExts', auditInput(params, nowMs), {
    enabled: project === null,
    keepPrevious: true,
  })
  const ofProject = useApiQuery('getLogExts', projectAuditInput(project ?? '', params, nowMs), {
    enabled: project !== null,
    keepPrevious: true,
  })
  return project === null ? all : ofProject
}

/** Asks for them once more, for a page that does it by itself. */
export function useRefetchedLines(project: string | null): () => void {
  const params = useSearchParams()
  const { nowMs } = useUi()
  const refetch = useQuietRefetch()
  return () =>
    project === null
      ? refetch('listAuditLogExts', auditInput(params, nowMs))
      : refetch('getLogExts', projectAuditInput(project, params, nowMs))
}
