'use client'
import { useSyncExternalStore } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { type Registry, registryOf } from './commands.ts'

/**
 * Where clients push to and pull from; null until the installation has told. Visitors without a session are not told:
 * for them it is where they found this page.
 */
export function useRegistry(): Registry | null {
  const info = useApiQuery('getSystemInfo', {}).data?.data
  const here = useSyncExternalStore(neverChanges, ownOrigin, notKnownYet)
  return info ? (registryOf(info) ?? registryOf({ external_url: here })) : null
}

const neverChanges = () => () => {}
const ownOrigin = () => window.location.origin
const notKnownYet = () => null
