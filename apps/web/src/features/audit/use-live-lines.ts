'use client'
import type { Schemas } from '@berth/contract'
import { useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useState } from 'react'
import { useEventStream } from '@/data/use-event-stream.ts'
import { auditLink } from './audit-links.ts'
import { auditConditions } from './audit-list-state.ts'
import { useRefetchedLines } from './use-audit-lines.ts'

type Line = Schemas['AuditLogExt']
const KEPT = 200

/**
 * The lines that come while the page is open and fit its filters, newest first; none while `on` is false. What came
 * before, or while the connection was broken, comes with the list, which is asked for again.
 */
export function useLiveLines(project: string | null, on: boolean): { lines: Line[]; connected: boolean } {
  const params = useSearchParams()
  const { nowMs } = useUi()
  const refetch = useRefetchedLines(project)
  const url = on ? auditLink(project, 'stream', { q: auditConditions(params, nowMs) }) : undefined
  const [came, setCame] = useState<{ url: string | undefined; lines: Line[] }>({ url, lines: [] })
  const state = useEventStream<Line>(
    url,
    'line',
    (line) =>
      setCame((now) => ({ url, lines: [line, ...(now.url === url ? now.lines : [])].slice(0, KEPT) })),
    refetch,
  )
  // What came under other filters is not shown under these.
  return { lines: came.url === url ? came.lines : [], connected: state === 'live' }
}
