'use client'
import type { ReactNode } from 'react'
import { formatBytes, formatCount, formatExact, formatRelative } from './format.ts'
import { useUi } from './provider.tsx'

/** Small facts in a row with dots between them; none stands at the beginning of a line, where it is cut off. */
export function Dotted({ children }: { children: ReactNode }) {
  return (
    <p className="flex flex-wrap gap-x-4 text-12 text-ink-2 [clip-path:inset(-4px_-4px_-4px_-3px)] *:relative *:before:absolute *:before:-left-2.5 *:before:content-['·'/'']">
      {children}
    </p>
  )
}

/** A moment, relative; the exact time shows on hover and on focus, in the person's own zone. One to `come` is not "now". */
export function Time({ at, come }: { at: string | number | Date | null | undefined; come?: boolean }) {
  const { locale, nowMs, words } = useUi()
  const atMs = at === null || at === undefined ? Number.NaN : new Date(at).getTime()
  // Year 1 is how the wire format spells "never".
  if (Number.isNaN(atMs) || atMs < 0) return <span className="text-ink-3">–</span>
  // At once: the layer of tooltips hears of the same event, and would ask before React has drawn it.
  const reveal = ({ currentTarget }: { currentTarget: HTMLElement }) => {
    currentTarget.dataset.tip = formatExact(atMs, locale)
  }
  return (
    <time
      dateTime={new Date(atMs).toISOString()}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the exact time must be reachable without a mouse
      tabIndex={0}
      onMouseEnter={reveal}
      onFocus={reveal}
      className="rounded-md whitespace-nowrap"
    >
      {formatRelative(atMs, nowMs, locale, come ? words.soon : undefined)}
    </time>
  )
}

export function Bytes({ sizeBytes }: { sizeBytes: number }) {
  const { locale } = useUi()
  return <span className="whitespace-nowrap tabular-nums">{formatBytes(sizeBytes, locale)}</span>
}

export function Count({ value }: { value: number }) {
  const { locale } = useUi()
  return <span className="tabular-nums">{formatCount(value, locale)}</span>
}
