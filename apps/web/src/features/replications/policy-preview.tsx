'use client'
import type { Schemas } from '@berth/contract'
import { Banner, Button, formatBytes, formatCount, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { pageReady } from '@/features/frame/early-clicks.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Why } from './why.tsx'

const PreviewItems = lazy(() => import('./preview-items.tsx'))

const SHOWN_PROBLEMS = 10

type Props = { body: Schemas['ReplicationPolicy']; isReady: () => boolean }

/** What bears on the outcome of a run: the name, the note and the switch do not. */
const askedBy = ({ name: _, description: __, enabled: ___, trigger: ____, ...rest }: Props['body']): string =>
  JSON.stringify(rest)

/** Asks what a run would do now; what was found stays, and is marked as old when the form says something else. */
export default function PolicyPreview({ body, isReady }: Props) {
  const t = useTranslations('replications.preview')
  const preview = useApiMutation('previewReplicationPolicy')
  const [asked, setAsked] = useState<Props['body']>()
  const [stopped, setStopped] = useState(false)
  // Berth compares for as long as somebody waits for it, and for few at once: whoever leaves or cancels ends it.
  const leaving = useRef<AbortController>(undefined)
  useEffect(() => () => leaving.current?.abort(), [])
  useEffect(() => void window.dispatchEvent(new Event(pageReady)), [])
  const found = preview.data?.data
  const stale = asked !== undefined && askedBy(asked) !== askedBy(body)
  function ask() {
    if (!isReady()) return
    setAsked(body)
    setStopped(false)
    leaving.current = new AbortController()
    preview.mutate({ body, signal: leaving.current.signal })
  }
  function cancel() {
    leaving.current?.abort()
    preview.reset()
    setAsked(undefined)
    setStopped(true)
  }
  return (
    <section
      data-later=""
      aria-label={t('title')}
      className="flex flex-col gap-3 rounded-md border border-line bg-surface p-4"
    >
      <div>
        <h2 className="text-14 font-semibold">{t('title')}</h2>
        <p className="mt-0.5 text-13 text-ink-2">{t('help')}</p>
      </div>
      <div>
        <Button icon={preview.isPending ? 'close' : undefined} onClick={preview.isPending ? cancel : ask}>
          {t(preview.isPending ? 'stop' : found ? 'again' : 'ask')}
        </Button>
      </div>
      <div role="status" className="flex flex-col gap-3 empty:-mt-3">
        {preview.isPending && (
          <>
            <p className="text-13 text-ink-2">{t('comparing')}</p>
            <div aria-hidden="true" className="h-1.5 overflow-hidden rounded-full bg-line">
              <div className="h-full w-1/3 animate-pulse rounded-full bg-accent" />
            </div>
          </>
        )}
        {stopped && <p className="text-13 text-ink-2">{t('stopped')}</p>}
        {stale && found && !preview.isPending && <Banner tone="warn" title={t('stale')} />}
        {found && !preview.isPending && <Summary found={found} />}
      </div>
      <ProblemBanner error={preview.error} />
      {found && !preview.isPending && found.items.length > 0 && (
        <Suspense>
          <PreviewItems preview={found} mirror={asked?.mirror ?? false} />
        </Suspense>
      )}
    </section>
  )
}

function Summary({ found }: { found: Schemas['ReplicationPreview'] }) {
  const t = useTranslations('replications.preview')
  const { locale } = useUi()
  const { total, bytes, bytes_known: known, in_step: inStep, repositories, complete, problems } = found
  const size = formatBytes(bytes, locale)
  const isWhole = complete && problems.length === 0
  const refused = repositories === 0 && problems.length > 0
  return (
    <>
      {!refused && (
        <div className="text-13">
          <p className="text-16 font-semibold">
            {total === 0 ? t(isWhole ? 'nothing' : 'nothingFound') : t('total', { count: total })}
            {total > 0 && bytes > 0 && ` · ${known ? size : t('atLeast', { size })}`}
          </p>
          <p className="text-ink-2">
            {t('compared', { repositories, count: inStep, tags: formatCount(inStep, locale) })}
          </p>
        </div>
      )}
      {!complete && (
        <Banner tone="warn" title={t('incomplete')}>
          {t('incompleteHelp')}
        </Banner>
      )}
      {problems.length > 0 && (
        <Banner tone="bad" title={refused ? t('refused') : t('problems', { count: problems.length })}>
          <ul className="flex flex-col gap-2">
            {problems.slice(0, SHOWN_PROBLEMS).map(({ repository, reason, reason_code: code }) => (
              <li key={`${repository} ${reason}`} className="flex flex-col gap-0.5">
                {repository && <code className="font-mono text-12 wrap-anywhere">{repository}</code>}
                <Why code={code} sentence={reason} />
              </li>
            ))}
          </ul>
          {problems.length > SHOWN_PROBLEMS && t('moreProblems', { count: problems.length - SHOWN_PROBLEMS })}
        </Banner>
      )}
    </>
  )
}
