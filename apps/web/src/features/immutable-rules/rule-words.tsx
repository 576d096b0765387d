'use client'
import { useTranslations } from 'next-intl'
import type { RuleDraft } from './rule-draft.ts'

/** A selector in words: what it covers, then the pattern. */
export function SelectorWords({ selector }: { selector: RuleDraft['tag'] }) {
  const t = useTranslations('immutableRules')
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-1.5">
      <span className="text-ink-2">{t(selector.decoration)}</span>
      <code className="font-mono text-13 break-all">{selector.pattern}</code>
    </span>
  )
}
