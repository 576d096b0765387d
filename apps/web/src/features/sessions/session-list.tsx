'use client'
import { Badge, Button, Time, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'

/** Where the viewer is signed in. */
export default function SessionList() {
  const t = useTranslations('sessions.list')
  const notify = useNotify()
  const sessions = useApiQuery('listMySessions', {})
  const end = useApiMutation('deleteMySession', ['listMySessions'])
  const endOthers = useApiMutation('deleteMySessions', ['listMySessions'])
  const rows = sessions.data?.data ?? []
  return (
    <Section title={t('title')} description={t('description')}>
      <div className="flex flex-col gap-4">
        <ProblemBanner error={sessions.error ?? end.error ?? endOthers.error} />
        <ul className="divide-y divide-line">
          {rows.map((session) => (
            <li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
              <div className="min-w-0 flex-1">
                <p className="text-13 break-words">{session.user_agent || '–'}</p>
                <p className="flex flex-wrap gap-x-2 text-12 text-ink-2">
                  <span>{t('address', { address: session.address || '–' })}</span>
                  <span>
                    · {t('seen')} <Time at={session.last_seen_time} />
                  </span>
                </p>
              </div>
              {session.current ? (
                <Badge tone="good">{t('this')}</Badge>
              ) : (
                <Button
                  aria-label={t('endOf', { address: session.address || '–' })}
                  busy={end.isPending && end.variables?.path?.session_id === session.id}
                  onClick={() =>
                    end.mutate(
                      { path: { session_id: session.id } },
                      { onSuccess: () => notify('good', t('ended')) },
                    )
                  }
                >
                  {t('end')}
                </Button>
              )}
            </li>
          ))}
        </ul>
        {rows.length > 1 ? (
          <div>
            <Button
              busy={endOthers.isPending}
              onClick={() =>
                endOthers.mutate(
                  { query: { keep_current: true } },
                  { onSuccess: () => notify('good', t('othersEnded')) },
                )
              }
            >
              {t('endOthers')}
            </Button>
          </div>
        ) : (
          rows.length === 1 && <p className="text-13 text-ink-2">{t('only')}</p>
        )}
      </div>
    </Section>
  )
}
