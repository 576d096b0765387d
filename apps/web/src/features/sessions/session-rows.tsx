'use client'
import type { Schemas } from '@berth/contract'
import { Badge, Button, Dotted, Time } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { browserName } from './browser-name.ts'

type Props = {
  sessions: Schemas['Session'][]
  /** The id of the one that is being ended. */
  ending: string | undefined
  onEnd: (id: string) => void
}

/** Sessions with what ends each; the viewer's own one ends by signing out. */
export function SessionRows({ sessions, ending, onEnd }: Props) {
  const t = useTranslations('sessions.list')
  return (
    <ul className="divide-y divide-line">
      {sessions.map((session) => (
        <li key={session.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
          <div className="min-w-0 flex-1">
            <p className="text-13 wrap-anywhere" title={session.user_agent}>
              {browserName(session.user_agent) || '–'}
            </p>
            <Dotted>
              <span>{t('address', { address: session.address || '–' })}</span>
              <span>
                {t('seen')} <Time at={session.last_seen_time} />
              </span>
            </Dotted>
          </div>
          {session.current ? (
            <Badge tone="good">{t('this')}</Badge>
          ) : (
            <Button
              aria-label={t('endOf', { address: session.address || '–' })}
              busy={ending === session.id}
              onClick={() => onEnd(session.id)}
            >
              {t('end')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}
