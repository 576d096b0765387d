'use client'
import { useApiQuery } from '@/data/use-api.ts'
import { type Registry, registryOf } from './commands.ts'

/** Where clients push to and pull from; null until the installation has told. */
export function useRegistry(): Registry | null {
  const info = useApiQuery('getSystemInfo', {}).data?.data
  return info ? registryOf(info) : null
}
