'use client'
import type { Schemas } from '@berth/contract'
import { cx, formatBytes, formatCount, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { formatDuration } from '@/features/frame/duration.ts'
import { foundOf, isPaused, isRunning, shareOf } from './progress.ts'

type Execution = Schemas['ReplicationExecution']

/** What is done of all, in words: artifacts, then bytes. */
function useDone(execution: Execution): string {
  const t = useTranslations('replications.progress')
  const { locale } = useUi()
  const total = foundOf(execution)
  const { succeed = 0, bytes_total: bytes = 0, bytes_done: doneBytes = 0 } = execution
  if (total === 0)
    return t(isRunning(execution) ? 'comparing' : execution.status === 'Succeed' ? 'nothing' : 'none')
  const parts = [
    t('artifacts', { done: formatCount(succeed, locale), total: formatCount(total, locale), count: total }),
  ]
  if (bytes > 0)
    parts.push(t('bytes', { done: formatBytes(doneBytes, locale), total: formatBytes(bytes, locale) }))
  return parts.join(' · ')
}

/** Full width, with rate and estimate; `small` is the bar alone, for rows of a table. */
export function ProgressBar({ execution, small }: { execution: Execution; small?: boolean }) {
  const t = useTranslations('replications.progress')
  const { locale } = useUi()
  const done = useDone(execution)
  const share = shareOf(execution)
  const running = isRunning(execution)
  const paused = isPaused(execution)
  const percent = share === undefined ? undefined : Math.floor(share * 100)
  const { bytes_per_second: rate = 0, eta_seconds: left } = execution
  return (
    <div className="flex flex-col gap-1.5">
      <div
        role="progressbar"
        aria-label={t('title')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={done}
        className={cx('overflow-hidden rounded-full bg-line', small ? 'h-1.5 w-24' : 'h-2')}
      >
        <div
          className={cx(
            'h-full rounded-full transition-[width]',
            percent === undefined && !paused && 'animate-pulse',
            (running && !paused) || execution.status === 'Succeed' ? 'bg-accent' : 'bg-control',
          )}
          style={{ width: `${percent ?? 15}%` }}
        />
      </div>
      {!small && (
        <p className="flex flex-wrap justify-between gap-x-4 text-13 text-ink-2">
          <span className="tabular-nums">
            {done}
            {running && execution.planning && foundOf(execution) > 0 && ` · ${t('growing')}`}
          </span>
          {running && !paused && rate > 0 && (
            <span className="tabular-nums">
              {t('rate', { rate: formatBytes(rate, locale) })}
              {left !== undefined && ` · ${t('left', { time: formatDuration(left, locale) })}`}
            </span>
          )}
        </p>
      )}
    </div>
  )
}
