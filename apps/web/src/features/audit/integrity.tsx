'use client'
import type { Schemas } from '@berth/contract'
import { Banner, Button, CopyButton, Count, Time } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { api, useApiQuery } from '@/data/use-api.ts'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'

type Verification = Schemas['AuditLogVerification']
type Breach = Schemas['AuditLogBreach']
type Look = {
  phase: 'idle' | 'running' | 'stopped' | 'done' | 'failed'
  lines: number
  to: number
  end: number
  broken: Verification['broken']
  error?: unknown
}
const nothing: Look = { phase: 'idle', lines: 0, to: 0, end: 0, broken: undefined }

/** Whether the log is still as it was written: walks along its chain of hashes and names the first broken line. */
export function Integrity() {
  const t = useTranslations('audit.integrity')
  const head = useApiQuery('getAuditLogHead', {})
  const [look, setLook] = useState(nothing)
  const wanted = useRef(false)

  async function verify() {
    wanted.current = true
    let now: Look = { ...nothing, phase: 'running' }
    setLook(now)
    try {
      for (let from: number | undefined = 1; from !== undefined && wanted.current; ) {
        const { data }: { data: Verification } = await api.call('verifyAuditLog', { query: { from } })
        from = data.ok === false ? undefined : data.next
        now = {
          ...now,
          lines: now.lines + (data.lines ?? 0),
          to: data.to ?? now.to,
          end: data.head?.position ?? now.end,
          broken: data.broken,
        }
        setLook(now)
      }
      setLook({ ...now, phase: wanted.current ? 'done' : 'stopped' })
    } catch (error) {
      setLook({ ...now, phase: 'failed', error })
    }
    head.refetch()
  }

  // A line that is missing has no number, one that was slipped in may have no position.
  function where({ position, id }: Breach) {
    if (position === undefined) return id === undefined ? '' : t('whereLine', { id })
    return id === undefined ? t('wherePosition', { position }) : t('where', { position, id })
  }

  const running = look.phase === 'running'
  return (
    <div className="flex flex-col gap-4">
      <Section title={t('title')} description={t('description')}>
        <div className="flex flex-col gap-4">
          <div className="flex gap-2">
            <Button variant="primary" icon="shield" busy={running} onClick={() => void verify()}>
              {t('verify')}
            </Button>
            {running && (
              <Button
                onClick={() => {
                  wanted.current = false
                }}
              >
                {t('stop')}
              </Button>
            )}
          </div>
          {look.phase !== 'idle' && (
            <div className="flex flex-col gap-1.5">
              <progress
                aria-label={t('verify')}
                max={Math.max(look.end, 1)}
                value={look.phase === 'done' && !look.broken ? Math.max(look.end, 1) : look.to}
                className="h-1.5 w-full appearance-none overflow-hidden rounded-full bg-sunken [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-sunken [&::-webkit-progress-value]:bg-accent"
              />
              <p role="status" className="text-13 text-ink-2 tabular-nums">
                {t('progress', { lines: look.lines, position: look.to, end: look.end })}
              </p>
            </div>
          )}
          <ProblemBanner error={look.error} />
          {look.broken && (
            <Banner role="alert" tone="bad" title={t(`breach.${look.broken.what ?? 'changed'}.title`)}>
              <p>{t(`breach.${look.broken.what ?? 'changed'}.help`)}</p>
              <p className="tabular-nums">{where(look.broken)}</p>
            </Banner>
          )}
          {look.phase === 'done' && !look.broken && (
            <Banner role="status" tone="good" title={t('whole')}>
              {t('wholeHelp')}
            </Banner>
          )}
        </div>
      </Section>
      <Head head={head.data?.data} error={head.error} />
    </div>
  )
}

function Head({ head, error }: { head: Schemas['AuditLogHead'] | undefined; error: unknown }) {
  const t = useTranslations('audit.integrity')
  return (
    <Section title={t('head')} description={t('headHelp')}>
      <ProblemBanner error={error} />
      {head && (
        <Facts>
          <Fact name={t('position')}>
            <Count value={head.position ?? 0} />
          </Fact>
          {head.hash && (
            <Fact name={t('hash')}>
              <Copied text={head.hash} />
            </Fact>
          )}
          {head.time && (
            <Fact name={t('signedAt')}>
              <Time at={head.time} />
            </Fact>
          )}
          {head.signature && (
            <Fact name={t('signature')}>
              <Copied text={head.signature} />
            </Fact>
          )}
          {head.public_key && (
            <Fact name={t('publicKey')}>
              <Copied text={head.public_key} />
            </Fact>
          )}
          <Fact name={t('waiting')}>
            <Count value={head.waiting ?? 0} />
            {head.waiting_since && (
              <>
                {' '}
                · <Time at={head.waiting_since} />
              </>
            )}
          </Fact>
        </Facts>
      )}
    </Section>
  )
}

const Copied = ({ text }: { text: string }) => (
  <span className="flex items-start gap-1">
    <code className="min-w-0 font-mono text-12 break-all whitespace-pre-wrap">{text.trim()}</code>
    <CopyButton text={text} />
  </span>
)
