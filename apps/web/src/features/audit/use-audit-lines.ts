'use client'
import { useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useApiQuery } from '@/data/use-api.ts'
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
