'use client'
import type { Schemas } from '@berth/contract'
import { useQuery } from '@tanstack/react-query'
import { api, useApiQuery } from '@/data/use-api.ts'
import { endsInput } from './replication-input.ts'

/** All registries that a policy can name, also of more than one page; `error` where not all of them are known. */
export function useEnds() {
  const first = useApiQuery('listRegistries', endsInput)
  const pages = Math.ceil((first.data?.total ?? 0) / endsInput.query.page_size)
  // One query for all of them: they are shown together, and the hook for many queries is no small part of a page.
  const rest = useQuery({
    queryKey: ['listRegistries', 'rest', pages],
    queryFn: async ({ signal }) => {
      const found: Schemas['Registry'][] = []
      for (let page = 2; page <= pages; page++)
        found.push(
          ...(await api.call('listRegistries', { query: { ...endsInput.query, page }, signal })).data,
        )
      return found
    },
    enabled: pages > 1,
  })
  return {
    ends: [...(first.data?.data ?? []), ...(rest.data ?? [])],
    error: first.error ?? rest.error,
  }
}
