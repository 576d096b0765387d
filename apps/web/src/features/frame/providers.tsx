'use client'
import { type LinkComponent, ToastRegion, UiProvider, type UiWords } from '@berth/ui'
import { QueryClientProvider } from '@tanstack/react-query'
import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { makeQueryClient, rememberCsrfToken } from '@/data/use-api.ts'
import type { Viewer } from '@/server/viewer.ts'
import { AfterLoad, orNothing } from './after-load.tsx'
import { pageReady } from './early-clicks.ts'
import { preferencesCookie, setCookie, writePreferences } from './preferences.ts'

// On every page, and part of no page's first load.
const Tooltips = lazy(() => import('./tooltips.tsx').catch(orNothing))

const ViewerContext = createContext<Viewer>(null)

/** The person looking, or null. */
export function useViewer(): Viewer {
  return useContext(ViewerContext)
}

type Props = {
  viewer: Viewer
  csrfToken: string | null
  preferences: Record<string, string>
  renderedAtMs: number
  children: ReactNode
}

export function Providers({ viewer, csrfToken, preferences, renderedAtMs, children }: Props) {
  const [queries] = useState(makeQueryClient)
  useEffect(() => rememberCsrfToken(csrfToken), [csrfToken])
  // Effects of what is inside have run before this one: everything on the page answers, but for a part whose script comes
  // later. Such a part says it in its turn: a click that comes earlier would be lost.
  useEffect(() => {
    if (!document.querySelector('[data-later]')) window.dispatchEvent(new Event(pageReady))
  }, [])
  const kept = useRef(preferences)
  const keep = useCallback((key: string, value: string) => {
    kept.current = { ...kept.current, [key]: value }
    setCookie(preferencesCookie, writePreferences(kept.current))
  }, [])
  return (
    <QueryClientProvider client={queries}>
      <UiProvider
        locale={useLocale()}
        words={useUiWords()}
        Link={Link as LinkComponent}
        renderedAtMs={renderedAtMs}
        preferences={preferences}
        onPreference={keep}
      >
        <ViewerContext value={viewer}>
          <ToastRegion>{children}</ToastRegion>
        </ViewerContext>
        <AfterLoad>
          <Suspense>
            <Tooltips />
          </Suspense>
        </AfterLoad>
      </UiProvider>
    </QueryClientProvider>
  )
}

function useUiWords(): UiWords {
  const t = useTranslations('ui')
  return useMemo(
    () => ({
      copy: t('copy'),
      copied: t('copied'),
      close: t('close'),
      cancel: t('cancel'),
      retry: t('retry'),
      columns: t('columns'),
      selectRow: t('selectRow'),
      selectAll: t('selectAll'),
      clearSelection: t('clearSelection'),
      selected: (count) => t('selected', { count }),
      sortedBy: (column) => t('sortedBy', { column }),
      previous: t('previous'),
      next: t('next'),
      pages: t('pages'),
      range: (from, to, total, more) => t(more ? 'rangeMore' : 'range', { from, to, total }),
      filter: t('filter'),
      clearFilter: t('clearFilter'),
      typeToConfirm: (name) => t('typeToConfirm', { name }),
      loading: t('loading'),
      soon: t('soon'),
      breadcrumb: t('breadcrumb'),
      notices: t('notices'),
      commandFor: t('commandFor'),
      errorsInForm: (count) => t('errorsInForm', { count }),
    }),
    [t],
  )
}
