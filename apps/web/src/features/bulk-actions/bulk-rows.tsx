'use client'
import { cx, Icon, Spinner } from '@berth/ui'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useProblem } from '@/features/frame/problem.tsx'
import type { RowOutcome } from './run-rows.ts'

type Props<Row> = {
  rows: Row[]
  keyOf: (row: Row) => string
  nameOf: (row: Row) => ReactNode
  explain?: (error: unknown, row: Row) => ReactNode | undefined
  resultOf?: (row: Row) => ReactNode
  outcomeOf: (row: Row) => RowOutcome | undefined
  begun: boolean
}

/** The rows affected; once the work has begun, each with what became of it and why. */
export function BulkRows<Row>({ rows, keyOf, nameOf, explain, resultOf, outcomeOf, begun }: Props<Row>) {
  const t = useTranslations('bulk')
  const describe = useProblem()
  const reason = (error: unknown) => {
    const { title, detail, requestId } = describe(error)
    return requestId ? `${title} (${t('request', { id: requestId })})` : `${title}. ${detail}`
  }
  if (rows.length === 0) return null
  return (
    <ul
      aria-label={t('rows')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
      tabIndex={0}
      className={cx(
        'overflow-y-auto rounded-md bg-sunken px-3 py-2 text-13',
        begun ? 'max-h-80' : 'max-h-40',
      )}
    >
      {rows.map((row) => {
        const outcome = outcomeOf(row)
        return (
          <li key={keyOf(row)} className="flex items-start gap-2 py-0.5">
            {begun && <StateIcon state={outcome?.state} />}
            <div className="min-w-0 flex-1">
              <span className="flex flex-wrap gap-x-2 font-mono break-all">{nameOf(row)}</span>
              {outcome?.state === 'failed' && (
                <p className="text-12 break-words text-bad">
                  {explain?.(outcome.error, row) ?? reason(outcome.error)}
                </p>
              )}
              {outcome?.state === 'done' && resultOf?.(row)}
            </div>
          </li>
        )
      })}
    </ul>
  )
}

function StateIcon({ state }: { state: RowOutcome['state'] | undefined }) {
  const t = useTranslations('bulk.states')
  return (
    <span className="mt-0.5 flex size-4 shrink-0 items-center justify-center">
      {state === 'running' && <Spinner />}
      {state === 'done' && <Icon name="success" className="text-good" />}
      {state === 'failed' && <Icon name="error" className="text-bad" />}
      {state === undefined && <Icon name="clock" className="text-ink-3" />}
      <span className="sr-only">{t(state ?? 'waiting')}</span>
    </span>
  )
}
