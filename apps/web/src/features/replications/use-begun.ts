import { useTranslations } from 'next-intl'
import { triggerTypes } from './trigger.ts'

/** How a run began, in the person's language. */
export function useBegun(): (trigger: string | undefined) => string {
  const t = useTranslations('replications')
  return (trigger) => t(`begun.${triggerTypes.find((type) => type === trigger) ?? 'manual'}`)
}
