'use client'
import { ApiError, basePath, type CallArguments, createClient, type OperationId } from '@berth/contract'
import { keepPreviousData, QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { apiQuery, type QueryInput } from './api-query.ts'

const csrfHeader = 'X-Harbor-CSRF-Token'
let pageToken: string | null = null

/** The CSRF token the page came with, so that the first change needs no refusal to learn it from. */
export function rememberCsrfToken(token: string | null): void {
  pageToken = token
}

/** The browser's client: same origin, the `sid` cookie goes along by itself. */
export const api = createClient({
  baseUrl: basePath,
  fetch: (input, init) => {
    const headers = new Headers(init?.headers)
    if (pageToken && !headers.has(csrfHeader)) headers.set(csrfHeader, pageToken)
    return fetch(input, { ...init, headers })
  },
})

// What a page asks by itself keeps nobody signed in.
const pollingApi = createClient({
  baseUrl: basePath,
  headers: { 'X-Harbor-No-Session-Renewal': 'true' },
})

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // What the server fetched for the first paint is not fetched again at once.
        staleTime: 15_000,
        // A refusal does not change by asking again; a broken connection may.
        retry: (count, error) => count < 2 && !(error instanceof ApiError && error.status < 500),
      },
    },
  })
}

/** `pollMs`: ask again so often, for what changes by itself; false to rest. */
type QueryChoice = { enabled?: boolean; keepPrevious?: boolean; pollMs?: number | false }

/** `useApiQuery('listProjects', { query })`, with the result `{ data, total }`. */
export function useApiQuery<Op extends OperationId>(
  operationId: Op,
  input: QueryInput<Op>[0],
  { enabled, keepPrevious, pollMs }: QueryChoice = {},
) {
  const args = [input] as unknown as QueryInput<Op>
  return useQuery({
    ...apiQuery(pollMs ? pollingApi : api, operationId, ...args),
    enabled,
    refetchInterval: pollMs,
    placeholderData: keepPrevious ? keepPreviousData : undefined,
  })
}

/** Asks again for what a query shows, without being asked to by the viewer: that renews no session. */
export function useQuietRefetch() {
  const queries = useQueryClient()
  return <Op extends OperationId>(operationId: Op, input: QueryInput<Op>[0]): void => {
    const query = apiQuery(pollingApi, operationId, ...([input] as unknown as QueryInput<Op>))
    queries.fetchQuery({ ...query, staleTime: 0 }).catch(() => {
      // What is shown stays.
    })
  }
}

/** `const create = useApiMutation('createProject', ['listProjects'])`; the queries named are fetched again after it. */
export function useApiMutation<Op extends OperationId>(operationId: Op, changes: OperationId[] = []) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (input: CallArguments<Op>[0]) =>
      api.call(operationId, ...([input] as unknown as CallArguments<Op>)),
    onSettled: () => Promise.all(changes.map((id) => queries.invalidateQueries({ queryKey: [id] }))),
  })
}
