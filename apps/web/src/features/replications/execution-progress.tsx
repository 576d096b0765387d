'use client'
import type { Schemas } from '@berth/contract'
import { Banner, Count, Time, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { formatDuration } from '@/features/frame/duration.ts'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { ExecutionStatus } from './execution-status.tsx'
import { tookSeconds, wasSkipped } from './progress.ts'
import { ProgressBar } from './progress-bar.tsx'
import { useBegun } from './use-begun.ts'
import { Why } from './why.tsx'

/** How far a run is, how fast it goes, and its numbers. */
export default function ExecutionProgress({ execution }: { execution: Schemas['ReplicationExecution'] }) {
  const t = useTranslations('replications')
  const begun = useBegun()
  const { locale } = useUi()
  const { total = 0, status, status_text: sentence, start_time, end_time, trigger } = execution
  const { succeed = 0, failed = 0, stopped = 0, in_progress: under = 0, in_step: inStep = 0 } = execution
  const skipped = wasSkipped(execution)
  const seconds = tookSeconds(start_time, end_time)
  return (
    <section
      aria-label={t('progress.title')}
      className="flex flex-col gap-4 rounded-md border border-line bg-surface p-4"
    >
      <div className="flex flex-wrap items-center gap-3">
        <span role="status">
          <ExecutionStatus run={execution} />
        </span>
        {skipped && <span className="text-13 text-ink-2">{t('skippedRun')}</span>}
        {sentence && total === 0 && !skipped && status !== 'Succeed' && (
          <span lang="en" className="min-w-0 text-13 break-words text-ink-2">
            {sentence}
          </span>
        )}
      </div>
      {execution.notes && (
        <Banner tone="warn" title={t('notes')}>
          <ul className="flex flex-col gap-2">
            {execution.notes.map(({ reason, reason_code: code }) => (
              <li key={reason}>
                <Why code={code} sentence={reason} />
              </li>
            ))}
          </ul>
        </Banner>
      )}
      {execution.paused_until && (
        <Banner tone="warn" title={t('paused.title')}>
          <p>
            {t('paused.until')} <Time at={execution.paused_until} come />
          </p>
          <p>{t('paused.help')}</p>
        </Banner>
      )}
      {!skipped && (
        <>
          <ProgressBar execution={execution} />
          <dl className="grid grid-cols-2 gap-x-6 gap-y-3 text-13 sm:grid-cols-5">
            <Figure name={t('numbers.done')} value={succeed} />
            <Figure name={t('numbers.under')} value={execution.planning ? Math.max(0, under - 1) : under} />
            <Figure name={t('numbers.failed')} value={failed} bad />
            <Figure name={t('numbers.stopped')} value={stopped} />
            <Figure name={t('numbers.inStep')} value={inStep} />
          </dl>
        </>
      )}
      <Facts>
        <Fact name={t('executions.begun')}>
          {begun(trigger)} · <Time at={start_time} />
        </Fact>
        {end_time && (
          <Fact name={t('executions.ended')}>
            <Time at={end_time} />
            {seconds !== undefined &&
              !skipped &&
              ` · ${t('tookTime', { time: formatDuration(seconds, locale) })}`}
          </Fact>
        )}
      </Facts>
    </section>
  )
}

function Figure({ name, value, bad }: { name: string; value: number; bad?: boolean }) {
  return (
    <div>
      <dt className="text-12 text-ink-2">{name}</dt>
      <dd className={`text-20 font-semibold ${bad && value > 0 ? 'text-bad' : ''}`}>
        <Count value={value} />
      </dd>
    </div>
  )
}
