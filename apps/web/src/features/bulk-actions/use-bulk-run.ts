'use client'
import type { OperationId } from '@berth/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useEffect, useRef, useState } from 'react'
import { type RowOutcome, runRows } from './run-rows.ts'

const rowsAtOnce = 4

export type BulkRun<Row> = {
  phase: 'idle' | 'running' | 'stopping' | 'over'
  outcomeOf: (row: Row) => RowOutcome | undefined
  start: (rows: readonly Row[]) => Promise<boolean>
  stop: () => void
}

/**
 * Does the same to many rows, four at a time. `changes` names the queries that are fetched again when a run ends.
 * `start` gives true when every row given to it was done.
 */
export function useBulkRun<Row>(
  keyOf: (row: Row) => string,
  run: (row: Row) => Promise<unknown>,
  changes: readonly OperationId[],
): BulkRun<Row> {
  const queries = useQueryClient()
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, RowOutcome>>(new Map())
  const [phase, setPhase] = useState<BulkRun<Row>['phase']>('idle')
  const stopper = useRef<AbortController>(null)
  const busy = phase === 'running' || phase === 'stopping'
  useLeaveWarning(busy)
  // A page that is left begins nothing more.
  useEffect(() => () => stopper.current?.abort(), [])
  return {
    phase,
    outcomeOf: (row) => outcomes.get(keyOf(row)),
    start: async (rows) => {
      const stop = new AbortController()
      stopper.current = stop
      setPhase('running')
      let done = 0
      await runRows(rows, {
        atOnce: rowsAtOnce,
        signal: stop.signal,
        run,
        onChange: (row, outcome) => {
          if (outcome.state === 'done') done += 1
          setOutcomes((before) => new Map(before).set(keyOf(row), outcome))
        },
      })
      for (const id of changes) void queries.invalidateQueries({ queryKey: [id] })
      setPhase('over')
      return done === rows.length
    },
    stop: () => {
      stopper.current?.abort()
      setPhase((now) => (now === 'running' ? 'stopping' : now))
    },
  }
}

/** Asks before the page is closed, loaded again, or left by going back, where the browser lets a page ask. */
function useLeaveWarning(active: boolean) {
  const t = useTranslations('bulk')
  const question = t('leave')
  useEffect(() => {
    if (!active) return
    const ask = (event: Event) => event.preventDefault()
    const askGoingBack = (event: Event) => {
      const { navigationType } = event as Event & { navigationType?: string }
      if (navigationType === 'traverse' && event.cancelable && !window.confirm(question))
        event.preventDefault()
    }
    const { navigation } = window as { navigation?: EventTarget }
    window.addEventListener('beforeunload', ask)
    navigation?.addEventListener('navigate', askGoingBack)
    return () => {
      window.removeEventListener('beforeunload', ask)
      navigation?.removeEventListener('navigate', askGoingBack)
    }
  }, [active, question])
}
