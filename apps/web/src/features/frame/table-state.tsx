'use client'
import { ApiError } from '@berth/contract'
import type { TableState } from '@berth/ui'
import type { UseQueryResult } from '@tanstack/react-query'
import { ProblemDetail, useProblem } from './problem.tsx'

/** A list query as the state of a Table: skeleton rows, rows, or the error with a way to try again. */
export function useTableState(query: UseQueryResult<unknown>, rows = 8): TableState {
  const describe = useProblem()
  if (query.isPending) return { kind: 'loading', rows }
  if (!query.isError) return { kind: 'ready' }
  const problem = describe(query.error)
  return {
    kind: 'error',
    title: problem.title,
    detail: <ProblemDetail problem={problem} />,
    retry: () => query.refetch(),
    // Nobody answered: what was there a moment ago is not gone. Whoever may not see it any more, or finds it gone, is told so.
    keepsRows: query.data !== undefined && !isRefused(query.error),
  }
}

const REFUSALS = [401, 403, 404, 410]
const isRefused = (error: unknown): boolean => error instanceof ApiError && REFUSALS.includes(error.status)
