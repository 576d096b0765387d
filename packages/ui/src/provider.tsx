'use client'
import type { AnchorHTMLAttributes, ComponentType, ReactNode } from 'react'
import { createContext, useContext, useEffect, useMemo, useState } from 'react'

/** Every word a component says by itself; the app passes them in the person's language. */
export type UiWords = {
  copy: string
  copied: string
  close: string
  cancel: string
  retry: string
  columns: string
  selectRow: string
  selectAll: string
  clearSelection: string
  selected: (count: number) => string
  sortedBy: (column: string) => string
  previous: string
  next: string
  pages: string
  /** `more`: there are at least `total`. */
  range: (from: string, to: string, total: string, more: boolean) => string
  filter: string
  clearFilter: string
  typeToConfirm: (name: string) => string
  loading: string
  /** Of what comes in less than a minute. */
  soon: string
  breadcrumb: string
  notices: string
  commandFor: string
  errorsInForm: (count: number) => string
}

export type LinkComponent = ComponentType<
  AnchorHTMLAttributes<HTMLAnchorElement> & {
    href: string
    children?: ReactNode
    prefetch?: boolean
    scroll?: boolean
  }
>

type UiContextValue = {
  locale: string
  words: UiWords
  Link: LinkComponent
  /** Milliseconds; moves on every minute, the same on server and first client render. */
  nowMs: number
  preference: (key: string) => string | undefined
  setPreference: (key: string, value: string) => void
}

const UiContext = createContext<UiContextValue | null>(null)

export function useUi(): UiContextValue {
  const value = useContext(UiContext)
  if (!value) throw new Error('A component of @berth/ui was used outside UiProvider')
  return value
}

type Props = {
  locale: string
  words: UiWords
  Link: LinkComponent
  /** When the server rendered, so that relative times do not differ between server and browser. */
  renderedAtMs: number
  preferences: Record<string, string>
  /** Keeps a choice (shown columns, command tool) beyond this page view. */
  onPreference: (key: string, value: string) => void
  children: ReactNode
}

export function UiProvider({
  locale,
  words,
  Link,
  renderedAtMs,
  preferences,
  onPreference,
  children,
}: Props) {
  const [nowMs, setNowMs] = useState(renderedAtMs)
  const [changed, setChanged] = useState<Record<string, string>>({})
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 60_000)
    return () => clearInterval(timer)
  }, [])
  const value = useMemo<UiContextValue>(
    () => ({
      locale,
      words,
      Link,
      nowMs,
      preference: (key) => changed[key] ?? preferences[key],
      setPreference: (key, next) => {
        setChanged((before) => ({ ...before, [key]: next }))
        onPreference(key, next)
      },
    }),
    [locale, words, Link, nowMs, changed, preferences, onPreference],
  )
  return <UiContext value={value}>{children}</UiContext>
}
