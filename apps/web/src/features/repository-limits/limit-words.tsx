'use client'
import { useTranslations } from 'next-intl'

/** A limit in a list: every repository, or the first patterns and how many more. */
export function LimitWords({ patterns }: { patterns: readonly string[] | null | undefined }) {
  const t = useTranslations('repositoryLimits')
  if (!patterns?.length) return <span className="text-ink-3">{t('every')}</span>
  const [first, second, ...others] = patterns
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-1.5" title={patterns.join('\n')}>
      {[first, second].map(
        (pattern) =>
          pattern && (
            <code key={pattern} className="font-mono text-13 break-all">
              {pattern}
            </code>
          ),
      )}
      {others.length > 0 && <span className="text-ink-3">{t('others', { count: others.length })}</span>}
    </span>
  )
}
