'use client'
import { useViewer } from '@/features/frame/providers.tsx'
import { LabelList } from './label-list.tsx'

/** Global labels are for artifacts of all projects; administrators keep them, others may look. */
export function GlobalLabels() {
  const admin = useViewer()?.sysadmin_flag ?? false
  return <LabelList space={{ projectId: null }} mayCreate={admin} mayUpdate={admin} mayDelete={admin} />
}
