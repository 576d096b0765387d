'use client'
import { ApiError, type Schemas } from '@berth/contract'
import { Banner, Button, Count, formatCount, Time, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation } from '@/data/use-api.ts'
import { formatDuration } from '@/features/frame/duration.ts'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { isActive, progressOf, type Sample } from './walk-progress.ts'
import { WalkStatus } from './walk-status.tsx'

type Walk = Schemas['RegistryWalk']
type Props = { walk: Walk; samples: readonly Sample[]; onChanged: () => void }

/** How far a walk has come, how fast it goes, and the ways to stop it and to let it go on. */
export function WalkPanel({ walk, samples, onChanged }: Props) {
  const t = useTranslations('registryWalks')
  const stop = useApiMutation('stopRegistryWalk', ['getRegistryWalk'])
  const resume = useApiMutation('resumeRegistryWalk', ['getRegistryWalk'])
  const frozen = useSystemReadOnly()
  const input = { path: { walk_id: walk.id } }
  const then = { onSuccess: onChanged }
  const busy = resume.error instanceof ApiError && resume.error.status === 409
  return (
    <Section title={t('progress.title')}>
      <div className="flex flex-col gap-4">
        <ProblemBanner error={stop.error ?? (busy ? null : resume.error)} />
        {busy && (
          <Banner tone="bad" role="alert" title={t('busy')}>
            {t('busyHelp')}
          </Banner>
        )}
        <div className="flex flex-wrap items-center justify-between gap-3">
          <WalkStatus status={walk.status} />
          <div className="flex gap-2">
            {isActive(walk.status) && (
              <Button busy={stop.isPending} onClick={() => stop.mutate(input, then)}>
                {t('stop')}
              </Button>
            )}
            {(walk.status === 'stopped' || walk.status === 'failed') && !frozen && (
              <Button variant="primary" busy={resume.isPending} onClick={() => resume.mutate(input, then)}>
                {t('resume')}
              </Button>
            )}
          </div>
        </div>
        <ProgressBar walk={walk} samples={samples} />
        {walk.status === 'failed' && walk.error && (
          <Banner tone="bad" title={t('failedBecause')}>
            <span className="break-words">{walk.error}</span>
          </Banner>
        )}
        <WalkFacts walk={walk} />
      </div>
    </Section>
  )
}

function ProgressBar({ walk, samples }: { walk: Walk; samples: readonly Sample[] }) {
  const t = useTranslations('registryWalks.progress')
  const { locale } = useUi()
  const { share, perSecond, secondsLeft } = progressOf(walk.counts, samples)
  const shown = walk.status === 'done' ? 1 : share
  const percent = shown === undefined ? undefined : Math.floor(shown * 100)
  const words =
    percent === undefined
      ? t(walk.status === 'pending' ? 'waiting' : 'catalog')
      : t('repositories', {
          percent,
          done: formatCount(walk.counts.repositories_done ?? 0, locale),
          total: formatCount(walk.counts.repositories ?? 0, locale),
        })
  const rate = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  return (
    <div className="flex flex-col gap-1.5">
      <div
        role="progressbar"
        aria-label={t('title')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={words}
        className="h-2 overflow-hidden rounded-full bg-line"
      >
        <div className="h-full rounded-full bg-accent" style={{ width: `${percent ?? 0}%` }} />
      </div>
      <p className="flex flex-wrap justify-between gap-x-4 text-13 text-ink-2">
        <span className="tabular-nums">{words}</span>
        {walk.status === 'running' && perSecond !== undefined && (
          <span className="tabular-nums">
            {t('rate', { rate: rate.format(perSecond) })}
            {secondsLeft !== undefined && ` · ${t('left', { time: formatDuration(secondsLeft, locale) })}`}
          </span>
        )}
      </p>
    </div>
  )
}

function WalkFacts({ walk }: { walk: Walk }) {
  const t = useTranslations('registryWalks.facts')
  const { counts } = walk
  return (
    <Facts>
      <Fact name={t('tags')}>
        <Count value={counts.tags ?? 0} />
      </Fact>
      <Fact name={t('requests')}>
        <Count value={counts.requests ?? 0} />
      </Fact>
      <Fact name={t('findings')}>
        <Count value={counts.findings ?? 0} />
      </Fact>
      {walk.kind !== 'plan' && (
        <Fact name={t(walk.kind === 'adopt' ? 'imported' : 'mended')}>
          <Count value={counts.mended ?? 0} />
        </Fact>
      )}
      <Fact name={t('failed')}>
        <Count value={counts.failed ?? 0} />
      </Fact>
      {walk.current_repository && isActive(walk.status) && (
        <Fact name={t('current')}>
          <code className="font-mono text-13 break-all">{walk.current_repository}</code>
        </Fact>
      )}
      <Fact name={t('startedBy')}>{walk.created_by || t('berth')}</Fact>
      <Fact name={t('started')}>
        <Time at={walk.start_time ?? walk.creation_time} />
      </Fact>
      {walk.end_time && (
        <Fact name={t('ended')}>
          <Time at={walk.end_time} />
        </Fact>
      )}
    </Facts>
  )
}
