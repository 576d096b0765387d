'use client'
import { useTranslations } from 'next-intl'

export const POLL_MS = 10_000
/** Everything that starts by itself; it has a section of its own. */
export const SCHEDULER = 'SCHEDULER'

/** Our word for a kind of work; Harbor's where we have none. */
export function useKind(): (jobType: string) => string {
  const t = useTranslations('jobQueues')
  return (jobType) => (t.has(`kinds.${jobType}` as never) ? t(`kinds.${jobType}` as never) : jobType)
}
