'use client'
import { ApiError } from '@berth/contract'
import { Banner, CopyButton } from '@berth/ui'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Explained } from './explained.tsx'

export type Problem = {
  title: string
  detail: string
  /** Both, for a notice. */
  said: string
  requestId: string | undefined
}

const codes = [
  'BAD_REQUEST',
  'UNAUTHORIZED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'PRECONDITION',
  'UNPROCESSABLE_ENTITY',
  'TOO_MANY_REQUEST',
] as const

/** What happened and what helps, in the person's language; a request id only for faults of the server. */
export function useProblem(): (error: unknown) => Problem {
  const t = useTranslations('errors')
  const locale = useLocale()
  const problem = (title: string, detail: string, requestId?: string): Problem => {
    return { title, detail, said: t('said', { title, detail }), requestId }
  }
  return (error) => {
    if (!(error instanceof ApiError)) return problem(t('OFFLINE.title'), t('OFFLINE.help'))
    const { code: given, message, reason_code: reason } = error.errors[0] ?? { code: 'UNKNOWN', message: '' }
    if (error.status >= 500) return problem(t('UNKNOWN.title'), t('UNKNOWN.help'), error.requestId)
    const code = codes.find((one) => one === given) ?? 'BAD_REQUEST'
    // The API speaks English; its sentence says more than ours when it can be understood.
    const specific = locale === 'en' && !['UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND'].includes(code)
    const detail = specific && message ? capital(message) : (reasonIn(t, reason) ?? t(`${code}.help`))
    return problem(t(`${code}.title`), detail)
  }
}

type ErrorWords = ReturnType<typeof useTranslations<'errors'>>

/** Undefined for a word that came later than this console. */
const reasonIn = (t: ErrorWords, reason: string | undefined): string | undefined => {
  const key = `reasons.${reason}` as 'reasons.unreachable'
  return reason !== undefined && t.has(key) ? t(key) : undefined
}

/** Why another server cannot be used, in the person's language, with the API's own words below where they say more. */
export function Reason({ code, sentence }: { code: string | undefined; sentence: string | undefined }) {
  return <Explained words={reasonIn(useTranslations('errors'), code)} sentence={sentence} />
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1)
}

export function ProblemDetail({ problem }: { problem: Problem }): ReactNode {
  const t = useTranslations('errors')
  return (
    <>
      {problem.detail}
      {problem.requestId && (
        <span className="mt-1 flex items-center gap-1 text-12">
          {t('requestId')} <code className="font-mono break-all">{problem.requestId}</code>
          <CopyButton text={problem.requestId} />
        </span>
      )}
    </>
  )
}

/** The error of a form or a section; nothing when there is none. */
export function ProblemBanner({ error }: { error: unknown }) {
  const describe = useProblem()
  if (!error) return null
  const problem = describe(error)
  return (
    <Banner role="alert" tone="bad" title={problem.title}>
      <ProblemDetail problem={problem} />
    </Banner>
  )
}
