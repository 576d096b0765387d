'use client'
import { ApiError } from '@berth/contract'
import { useNotify } from '@berth/ui'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useEffect, useRef } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { isRunning } from './progress.ts'
import { executionInput } from './replication-input.ts'

const POLL_MS = 1_000
/** One that has ended may be begun again by somebody else, in part. */
const REST_MS = 10_000

/** A run, asked for every second while it goes on; says when it has ended. What was seen last stays beside an error, unless it is `gone`. */
export function useExecution(id: number) {
  const t = useTranslations('replications')
  const notify = useNotify()
  const queries = useQueryClient()
  const seen = useApiQuery('getReplicationExecution', executionInput(id))
  const running = seen.data !== undefined && isRunning(seen.data.data)
  const query = useApiQuery('getReplicationExecution', executionInput(id), {
    pollMs: running && !seen.error ? POLL_MS : REST_MS,
  })
  const execution = query.data?.data
  const status = execution?.status
  const before = useRef<string>(undefined)
  useEffect(() => {
    const ended =
      before.current !== undefined && isRunning({ status: before.current }) && !isRunning({ status })
    before.current = status
    if (!ended) return
    for (const key of ['listReplicationTasks', 'listReplicationMissing', 'listReplicationExecutions'])
      void queries.invalidateQueries({ queryKey: [key] })
    if (status === 'Succeed') notify('good', t('ended.good', { id }))
    if (status === 'Failed') notify('bad', t('ended.bad', { id }))
  }, [status, id, notify, queries, t])
  const { error } = query
  const gone = error instanceof ApiError && error.status === 404
  return { execution, running, gone, error }
}
