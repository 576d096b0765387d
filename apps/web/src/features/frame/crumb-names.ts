'use client'
import { useEffect, useSyncExternalStore } from 'react'

// What a path is called that has only an id: its page says so as soon as it knows.
let names: Record<string, string> = {}
const listeners = new Set<() => void>()
const none: Record<string, string> = {}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Names by path, for the top bar. */
export const useCrumbNames = () =>
  useSyncExternalStore(
    subscribe,
    () => names,
    () => none,
  )

/** Gives the crumb that leads to `href` its name. */
export function useCrumbName(href: string, name: string | undefined): void {
  useEffect(() => {
    if (!name || names[href] === name) return
    names = { ...names, [href]: name }
    for (const listener of listeners) listener()
  }, [href, name])
}
