'use client'
import { Badge, Time } from '@berth/ui'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { AfterLoad } from '@/features/frame/after-load.tsx'
import { useCrumbName } from '@/features/frame/crumb-names.ts'
import { Fact, Facts } from '@/features/frame/facts.tsx'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { useViewer } from '@/features/frame/providers.tsx'
import { Section } from '@/features/frame/section.tsx'
import type { UserQuestion } from './user-dialogs.tsx'
import { userInput } from './user-list-state.ts'
import { UserMenu } from './user-menu.tsx'
import { UserRole } from './user-role.tsx'
import { sourceOf } from './user-rules.ts'

const UserDialogs = lazy(() => import('./user-dialogs.tsx'))
// Not part of the page's first load.
const PersonSessions = dynamic(() => import('@/features/sessions/person-sessions.tsx'))
const PersonTokens = dynamic(() => import('@/features/access-tokens/person-tokens.tsx'))
const PersonSecondFactor = dynamic(() => import('@/features/second-factors/person-second-factor.tsx'))

/** One person, for administrators: who it is, and what opens doors in this name. */
export function UserPage({ id }: { id: number }) {
  const t = useTranslations('users')
  const router = useRouter()
  const self = useViewer()?.user_id === id
  const query = useApiQuery('getUser', userInput(id))
  const [asking, setAsking] = useState<UserQuestion>()
  const user = query.data?.data
  useCrumbName(`/users/${id}`, user?.username)
  if (!user) return <ProblemBanner error={query.error} />
  const person = { id, name: user.username }
  return (
    <div className="flex flex-col gap-4">
      <PageHeader
        title={
          <span className="flex flex-wrap items-center gap-2">
            <span className="break-all">{user.username}</span>
            {self && <Badge>{t('you')}</Badge>}
            {user.disabled && <Badge tone="warn">{t('disabled')}</Badge>}
          </span>
        }
        description={user.realname}
        actions={<UserMenu user={user} onAsk={setAsking} />}
      />
      <div className="flex max-w-180 flex-col gap-4">
        <Section title={t('details')}>
          <Facts>
            <Fact name={t('columns.email')}>{user.email || '–'}</Fact>
            <Fact name={t('columns.role')}>
              <UserRole user={user} />
            </Fact>
            <Fact name={t('columns.source')}>{t(`sources.${sourceOf(user)}`)}</Fact>
            <Fact name={t('columns.created')}>
              <Time at={user.creation_time} />
            </Fact>
            {user.comment && <Fact name={t('form.comment')}>{user.comment}</Fact>}
          </Facts>
        </Section>
        <AfterLoad>
          <PersonSessions {...person} />
          <PersonTokens {...person} />
          {!self && <PersonSecondFactor {...person} />}
        </AfterLoad>
      </div>
      {asking && (
        <Suspense>
          <UserDialogs
            what={asking}
            users={[user]}
            onClose={() => setAsking(undefined)}
            onDone={() => {
              setAsking(undefined)
              if (asking === 'delete') router.push('/users')
            }}
          />
        </Suspense>
      )}
    </div>
  )
}
