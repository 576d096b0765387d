'use client'
import type { Schemas } from '@berth/contract'
import { Status, Time } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { ScrollBox } from '@/features/frame/scroll-box.tsx'

/** What a target said: status, how long it took, headers and the beginning of the body. */
export function AnswerView({ answer }: { answer: Schemas['WebhookAnswer'] }) {
  const t = useTranslations('webhooks.answer')
  const headers = Object.entries(answer.headers ?? {})
  return (
    <div className="flex flex-col gap-3">
      <Facts>
        <Fact name={t('status')}>
          <Status tone={answer.delivered ? 'good' : 'bad'}>
            {answer.status === 0 ? t('none') : String(answer.status)}
          </Status>
        </Fact>
        {answer.error && (
          <Fact name={t('error')}>
            <span lang="en">{answer.error}</span>
          </Fact>
        )}
        <Fact name={t('took')}>{t('milliseconds', { count: answer.took_ms })}</Fact>
        <Fact name={t('at')}>
          <Time at={answer.at} />
        </Fact>
      </Facts>
      {headers.length > 0 && (
        <details className="text-13">
          <summary className="w-fit rounded-md text-accent">
            {t('headers', { count: headers.length })}
          </summary>
          <dl className="mt-2 rounded-md bg-sunken p-3 font-mono text-12">
            {headers.map(([name, value]) => (
              <div key={name} className="flex gap-2">
                <dt className="shrink-0 text-ink-2">{name}:</dt>
                <dd className="min-w-0 break-all">{String(value)}</dd>
              </div>
            ))}
          </dl>
        </details>
      )}
      {answer.body && (
        <ScrollBox label={t('body')} className="rounded-md bg-sunken p-3">
          <pre className="font-mono text-12 break-all whitespace-pre-wrap">{answer.body}</pre>
        </ScrollBox>
      )}
    </div>
  )
}
