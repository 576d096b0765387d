'use client'
import { Status, type Tone } from '@berth/ui'
import { useTranslations } from 'next-intl'
import type { LineState, MapLine } from './map-sides.ts'
import { stateOf } from './map-sides.ts'

export const lineTones: Record<LineState, Tone> = {
  off: 'neutral',
  never: 'neutral',
  running: 'accent',
  waiting: 'warn',
  good: 'good',
  failed: 'bad',
  stopped: 'warn',
}

export function LineStatus({ line }: { line: MapLine }) {
  const t = useTranslations('replications.map.states')
  const state = stateOf(line)
  return (
    <Status tone={lineTones[state]}>
      {state === 'failed' && line.last_execution?.failed
        ? t('failedCount', { count: line.last_execution.failed })
        : t(state)}
    </Status>
  )
}
