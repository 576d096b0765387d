import { ApiError, type Client, type OperationId } from '@berth/contract'
import { dehydrate, HydrationBoundary, QueryClient } from '@tanstack/react-query'
import { notFound, redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import { apiQuery, type QueryInput, type QueryResult } from '../data/api-query.ts'
import { signInPath } from '../features/sessions/next-path.ts'
import { serverApi } from './api-client.ts'
import { getViewer } from './viewer.ts'

export type PageData = {
  /** What the page cannot do without: when it is refused the page becomes "not found" or sign-in. */
  need: <Op extends OperationId>(operationId: Op, ...input: QueryInput<Op>) => Promise<QueryResult<Op>>
  /** The same for a list that the URL narrows: a filter that the API does not understand is said in the list's place. */
  needList: <Op extends OperationId>(operationId: Op, ...input: QueryInput<Op>) => Promise<void>
  /** What the page shows; when it fails the browser tries again and then shows the error in its place. */
  want: <Op extends OperationId>(operationId: Op, ...input: QueryInput<Op>) => Promise<void>
  /** Wraps the page so that its client components find what was fetched here. */
  hydrate: (children: ReactNode) => ReactNode
}

/** Fetches for one page view, in this process. `path` is where sign-in leads back to. */
export async function pageData(path: string): Promise<PageData> {
  const client = new QueryClient()
  const api: Client = await serverApi()
  return {
    need: async (operationId, ...input) => {
      try {
        return await client.fetchQuery(apiQuery(api, operationId, ...input))
      } catch (error) {
        throw await refusal(error, path)
      }
    },
    needList: async (operationId, ...input) => {
      try {
        await client.fetchQuery(apiQuery(api, operationId, ...input))
      } catch (error) {
        if (!(error instanceof ApiError && error.status === 400)) throw await refusal(error, path)
      }
    },
    want: async (operationId, ...input) => client.prefetchQuery(apiQuery(api, operationId, ...input)),
    hydrate: (children) => <HydrationBoundary state={dehydrate(client)}>{children}</HydrationBoundary>,
  }
}

// A missing thing and a thing one may not see look alike: signed in, both are "not found"; else sign-in may help.
async function refusal(error: unknown, path: string): Promise<unknown> {
  if (!(error instanceof ApiError) || ![401, 403, 404].includes(error.status)) return error
  if (await getViewer()) notFound()
  redirect(signInPath(path))
}
