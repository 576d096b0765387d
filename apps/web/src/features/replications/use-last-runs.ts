'use client'
import type { Schemas } from '@berth/contract'
import { useEffect, useRef } from 'react'
import { useApiQuery, useQuietRefetch } from '@/data/use-api.ts'
import { runningInput } from './replication-input.ts'

const POLL_MS = 3_000
const REST_MS = 15_000

export type Run =
  | (Schemas['ReplicationMapExecution'] & { now?: undefined })
  | { id: number; status: string; start_time: string; failed: number; now: Schemas['ReplicationExecution'] }

/**
 * How each policy went last. What runs is asked for every few seconds with its progress, all of it at once; when
 * something has ended, the whole again.
 */
export function useLastRuns(): (policyId: number) => Run | undefined {
  const refetch = useQuietRefetch()
  const map = useApiQuery('getReplicationMap', {}, { pollMs: REST_MS })
  const running = useApiQuery('listReplicationExecutions', runningInput, { pollMs: POLL_MS })
  const ids = (running.data?.data ?? []).map(({ id }) => id).join()
  const before = useRef(ids)
  useEffect(() => {
    if (before.current !== ids) refetch('getReplicationMap', {})
    before.current = ids
  }, [ids, refetch])

  const now = new Map((running.data?.data ?? []).toReversed().map((one) => [one.policy_id, one]))
  const last = new Map((map.data?.data.lines ?? []).map((line) => [line.policy_id, line.last_execution]))
  return (policyId) => {
    const run = now.get(policyId)
    if (!run) return last.get(policyId)
    const { id = 0, status = '', start_time = '', failed = 0 } = run
    return { id, status, start_time, failed, now: run }
  }
}
