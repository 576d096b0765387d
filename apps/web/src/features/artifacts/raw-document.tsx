'use client'
import { CopyButton, formatBytes, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useId } from 'react'
import { indentedJson } from './indented-json.ts'
import { SectionTitle } from './section-title.tsx'

/** A document as it was pushed: shown indented, copied byte for byte, since its digest depends on every one. */
export function RawDocument({ title, text }: { title: string; text: string }) {
  const t = useTranslations('artifacts.raw')
  const { locale } = useUi()
  const id = useId()
  const { shown, changed } = indentedJson(text)
  const size = formatBytes(new TextEncoder().encode(text).length, locale)
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <div className="flex items-center justify-between gap-2">
        <span id={id} className="contents">
          <SectionTitle title={title}>{t(changed ? 'bytes' : 'bytesAsIs', { size })}</SectionTitle>
        </span>
        <CopyButton text={text} label={t('copy')} />
      </div>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
        tabIndex={0}
        className="max-h-[70vh] overflow-auto rounded-md border border-line bg-surface p-3 font-mono text-12"
      >
        {shown}
      </pre>
    </section>
  )
}
