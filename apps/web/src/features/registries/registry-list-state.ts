import type { CallInput } from '@berth/contract'
import { readListState } from '@/data/list-state.ts'

export const registryPageSize = 25
export const registriesPath = '/registries'

export function registriesInput(params: { get(name: string): string | null }): CallInput<'listRegistries'> {
  const { q, page } = readListState(params, [])
  return { query: { page, page_size: registryPageSize, ...(q && { name: q }) } }
}
