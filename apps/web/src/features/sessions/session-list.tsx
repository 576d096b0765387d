'use client'
import { Button, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { SessionRows } from './session-rows.tsx'

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
        <SessionRows
          sessions={rows}
          ending={end.isPending ? end.variables?.path?.session_id : undefined}
          onEnd={(session_id) =>
            end.mutate({ path: { session_id } }, { onSuccess: () => notify('good', t('ended')) })
          }
        />
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
