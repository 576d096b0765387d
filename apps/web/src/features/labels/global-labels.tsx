'use client'
import { useViewer } from '@/features/frame/providers.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { LabelList } from './label-list.tsx'

/** Global labels are for artifacts of all projects; administrators keep them, others may look. */
export function GlobalLabels() {
  const admin = useViewer()?.sysadmin_flag ?? false
  const may = !useSystemReadOnly() && admin
  return <LabelList space={{ projectId: null }} mayCreate={may} mayUpdate={may} mayDelete={may} />
}
