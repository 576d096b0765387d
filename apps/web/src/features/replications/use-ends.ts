'use client'
import { useQueries } from '@tanstack/react-query'
import { apiQuery } from '@/data/api-query.ts'
import { api, useApiQuery } from '@/data/use-api.ts'
import { endsInput } from './replication-input.ts'

/** All registries that a policy can name, also of more than one page; `error` where not all of them are known. */
export function useEnds() {
  const first = useApiQuery('listRegistries', endsInput)
  const pages = Math.ceil((first.data?.total ?? 0) / endsInput.query.page_size)
  const rest = useQueries({
    queries: Array.from({ length: Math.max(0, pages - 1) }, (_, index) =>
      apiQuery(api, 'listRegistries', { query: { ...endsInput.query, page: index + 2 } }),
    ),
  })
  const all = [first, ...rest]
  return {
    ends: all.flatMap(({ data }) => data?.data ?? []),
    error: all.find(({ error }) => error)?.error ?? null,
  }
}
