'use client'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { projectInput } from '@/features/projects/project-input.ts'
import { UsageBar } from './usage-bar.tsx'

/** The project's storage, for those who may see it; nothing for others. */
export function ProjectUsage({ project, compact }: { project: string; compact?: boolean }) {
  const t = useTranslations('quotas')
  const quota = useApiQuery('getProjectSummary', projectInput(project)).data?.data.quota
  const usedBytes = quota?.used?.storage
  if (usedBytes === undefined) return null
  return (
    <UsageBar
      usedBytes={usedBytes}
      limitBytes={quota?.hard?.storage ?? -1}
      label={t('usageOf', { project })}
      compact={compact}
    />
  )
}
