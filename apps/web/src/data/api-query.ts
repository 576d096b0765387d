import type { CallArguments, Client, OperationId, Response } from '@berth/contract'
import { queryOptions } from '@tanstack/react-query'

export type QueryInput<Op extends OperationId> = CallArguments<Op>
export type QueryResult<Op extends OperationId> = {
  data: Response<Op>
  /** Counts the rows of all pages, for lists. */
  total: number | null
  /** There may be more rows than `total`. */
  more: boolean
  /** Where a search ended that did not look at everything. */
  searchedBackTo: string | null
}

/** One query per operation and input; the key begins with the operation's id, so that it can be invalidated by it. */
export function apiQuery<Op extends OperationId>(api: Client, operationId: Op, ...input: QueryInput<Op>) {
  return queryOptions<QueryResult<Op>>({
    queryKey: [operationId, input[0] ?? {}],
    queryFn: async ({ signal }) => {
      const call = { ...input[0], signal } as unknown as CallArguments<Op>[0]
      const { data, total, headers } = await api.call(
        operationId,
        ...([call] as unknown as CallArguments<Op>),
      )
      return {
        data,
        total: total ?? null,
        more: headers.has('x-total-count-at-least'),
        searchedBackTo: headers.get('x-searched-back-to'),
      }
    },
  })
}
