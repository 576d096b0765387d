'use client'
import { useTranslations } from 'next-intl'

// What a pattern can hold; the words stand in the messages under the same keys.
const signs = [
  ['*', 'star'],
  ['**', 'doubleStar'],
  ['?', 'question'],
  ['[0-9]', 'class'],
  ['{a,b}', 'braces'],
] as const

export function GlobHelp() {
  const t = useTranslations('immutableRules.globs')
  return (
    <details className="text-13">
      <summary className="w-fit rounded-md text-accent">{t('title')}</summary>
      <dl className="mt-2 grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 rounded-md bg-sunken px-3 py-2">
        {signs.map(([sign, key]) => (
          <div key={key} className="contents">
            <dt className="font-mono">{sign}</dt>
            <dd className="text-ink-2">{t(key)}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-2 text-ink-2">{t('whole')}</p>
    </details>
  )
}
