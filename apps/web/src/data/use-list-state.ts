'use client'
import { usePathname, useSearchParams } from 'next/navigation'
import { changedUrl, readListState } from './list-state.ts'
import { showUrl } from './show-url.ts'

/**
 * The list state of the current URL and the ways to change it. Changes go through the history without asking the
 * server for the page again: the list fetches its rows from the API itself.
 */
export function useListState(sorts: readonly string[]) {
  const pathname = usePathname()
  const params = useSearchParams()
  const href = (changes: Record<string, string | number | undefined>) => changedUrl(pathname, params, changes)
  return {
    ...readListState(params, sorts),
    param: (name: string) => params.get(name) ?? '',
    href,
    change: (changes: Record<string, string | number | undefined>, replace = false) =>
      showUrl(href(changes), replace ? 'replace' : 'push'),
  }
}
