'use client'
import type { Schemas } from '@berth/contract'
import { Banner, useNotify } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { kindOf } from './notice-words.ts'

type Following = Schemas['NoticeFollowing']

/** Which kinds of notices the viewer follows, and which come by mail; each choice takes effect at once. */
export function NoticePreferences() {
  const t = useTranslations('notices')
  const notify = useNotify()
  const frozen = useSystemReadOnly()
  const query = useApiQuery('getMyNoticePreferences', {})
  const update = useApiMutation('updateMyNoticePreferences', ['getMyNoticePreferences'])
  const found = query.data?.data
  const save = (kind: string, change: Partial<Following>) =>
    update.mutate({ body: { kinds: { [kind]: change } } }, { onSuccess: () => notify('good', t('saved')) })
  return (
    <div className="max-w-200">
      <Section title={t('preferences.title')} description={t('preferences.help')}>
        <div className="flex flex-col gap-4">
          <ProblemBanner error={query.error ?? update.error} />
          {found && !found.mail_available && <Banner tone="neutral" title={t('preferences.noMail')} />}
          {found && (
            <table className="w-full text-13">
              <thead className="text-left text-12 text-ink-2">
                <tr>
                  <th scope="col" className="pb-2 font-medium">
                    {t('preferences.kind')}
                  </th>
                  <th scope="col" className="w-24 pb-2 text-center font-medium">
                    {t('preferences.inbox')}
                  </th>
                  <th scope="col" className="w-24 pb-2 text-center font-medium">
                    {t('preferences.mail')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {Object.entries(found.kinds).map(([kind, following]) => {
                  const known = kindOf({ kind })
                  const name = known ? t(`kinds.${known}.name`) : kind
                  const tick = (way: 'inbox' | 'mail') => (
                    <input
                      type="checkbox"
                      aria-label={t('preferences.tick', { name, way: t(`preferences.${way}`) })}
                      className="size-4 accent-accent"
                      checked={following[way]}
                      disabled={frozen || (way === 'mail' && !found.mail_available)}
                      onChange={(event) => save(kind, { [way]: event.target.checked })}
                    />
                  )
                  return (
                    <tr key={kind}>
                      <th scope="row" className="border-t border-line py-2 text-left font-normal">
                        {name}
                      </th>
                      <td className="border-t border-line py-2 text-center">{tick('inbox')}</td>
                      <td className="border-t border-line py-2 text-center">{tick('mail')}</td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          )}
        </div>
      </Section>
    </div>
  )
}
