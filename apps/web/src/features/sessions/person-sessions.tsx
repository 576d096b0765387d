'use client'
import { Button, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { SessionRows } from './session-rows.tsx'

/** Where somebody else is signed in, for administrators. */
export default function PersonSessions({ id, name }: { id: number; name: string }) {
  const t = useTranslations('sessions.list')
  const notify = useNotify()
  const path = { user_id: id }
  const sessions = useApiQuery('listSessions', { path })
  const end = useApiMutation('deleteSession', ['listSessions'])
  const endAll = useApiMutation('deleteSessions', ['listSessions'])
  const rows = sessions.data?.data
  return (
    <Section title={t('title')} description={t('ofPerson', { name })}>
      <div className="flex flex-col gap-4">
        <ProblemBanner error={sessions.error ?? end.error ?? endAll.error} />
        {rows?.length === 0 && <p className="text-13 text-ink-2">{t('none')}</p>}
        {rows && rows.length > 0 && (
          <>
            <SessionRows
              sessions={rows}
              ending={end.isPending ? end.variables?.path?.session_id : undefined}
              onEnd={(session_id) =>
                end.mutate({ path: { ...path, session_id } }, { onSuccess: () => notify('good', t('ended')) })
              }
            />
            {!rows.some(({ current }) => current) && (
              <div>
                <Button
                  busy={endAll.isPending}
                  onClick={() =>
                    endAll.mutate({ path }, { onSuccess: () => notify('good', t('allEnded', { name })) })
                  }
                >
                  {t('endAll')}
                </Button>
              </div>
            )}
          </>
        )}
      </div>
    </Section>
  )
}
