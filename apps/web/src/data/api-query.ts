import type { CallArguments, Client, OperationId, Response } from '@berth/contract'
import { queryOptions } from '@tanstack/react-query'

export type QueryInput<Op extends OperationId> = CallArguments<Op>
/** `total` counts the rows of all pages, for lists. */
export type QueryResult<Op extends OperationId> = { data: Response<Op>; total: number | null }

/** One query per operation and input; the key begins with the operation's id, so that it can be invalidated by it. */
export function apiQuery<Op extends OperationId>(api: Client, operationId: Op, ...input: QueryInput<Op>) {
  return queryOptions<QueryResult<Op>>({
    queryKey: [operationId, input[0] ?? {}],
    queryFn: async ({ signal }) => {
      const call = { ...input[0], signal } as unknown as CallArguments<Op>[0]
      const { data, total } = await api.call(operationId, ...([call] as unknown as CallArguments<Op>))
      return { data, total: total ?? null }
    },
  })
}
