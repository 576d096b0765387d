'use client'
import type { Schemas } from '@berth/contract'
import { Badge, Button, ButtonLink, type Column, EmptyState, Select, Time, useUi } from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { useViewer } from '@/features/frame/providers.tsx'
import { QueryTable } from '@/features/frame/query-table.tsx'
import type { UserQuestion } from './user-dialogs.tsx'
import { readSource, userPageSize, userSort, userSorts, userSources, usersInput } from './user-list-state.ts'
import { UserMenu } from './user-menu.tsx'
import { UserRole } from './user-role.tsx'
import { sourceOf } from './user-rules.ts'

type User = Schemas['UserResp']
type Asking = { what: UserQuestion; users: User[] }
const UserDialogs = lazy(() => import('./user-dialogs.tsx'))

export function UserList() {
  const t = useTranslations('users')
  const viewer = useViewer()
  const list = useListState(userSorts)
  const params = useSearchParams()
  const query = useApiQuery('listUsers', usersInput(params), { keepPrevious: true })
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [asking, setAsking] = useState<Asking>()
  const { Link } = useUi()
  const isViewer = (user: User) => user.user_id === viewer?.user_id

  const columns: Column<User>[] = [
    {
      id: 'username',
      header: t('columns.username'),
      sortKey: 'username',
      primary: true,
      cell: (user) => (
        <span className="flex items-center gap-2">
          <Link
            href={`/users/${user.user_id}`}
            className="rounded-md wrap-anywhere text-ink hover:text-accent hover:underline"
          >
            {user.username}
          </Link>
          {isViewer(user) && <Badge>{t('you')}</Badge>}
          {user.disabled && <Badge tone="warn">{t('disabled')}</Badge>}
        </span>
      ),
    },
    { id: 'realname', bare: true, header: t('columns.realname'), cell: ({ realname }) => realname || '–' },
    {
      id: 'email',
      bare: true,
      header: t('columns.email'),
      cell: ({ email }) => (
        <span className="break-all">{email || <span className="max-sm:hidden">–</span>}</span>
      ),
    },
    {
      id: 'role',
      bare: true,
      header: t('columns.role'),
      cell: (user) => <UserRole user={user} />,
    },
    {
      id: 'source',
      bare: true,
      header: t('columns.source'),
      cell: (user) => t(`sources.${sourceOf(user)}`),
    },
    {
      id: 'created',
      header: t('columns.created'),
      sortKey: 'creation_time',
      cell: (user) => <Time at={user.creation_time} />,
    },
    {
      id: 'actions',
      header: t('columns.actions'),
      actions: true,
      align: 'end',
      cell: (user) => <UserMenu user={user} onAsk={(what) => setAsking({ what, users: [user] })} />,
    },
  ]

  return (
    <>
      <QueryTable
        id="users"
        label={t('title')}
        columns={columns}
        query={query}
        list={list}
        pageSize={userPageSize}
        filter={t('filter')}
        rowKey={({ user_id }) => String(user_id)}
        rowLabel={({ username }) => username}
        sort={list.sort || userSort}
        selection={{ keys: chosen, onChange: setChosen }}
        bulkActions={(rows) => {
          const others = rows.filter((user) => !isViewer(user))
          return (
            <Button
              size="sm"
              variant="danger"
              icon="trash"
              disabled={others.length === 0}
              onClick={() => setAsking({ what: 'delete', users: others })}
            >
              {t('delete')}
            </Button>
          )
        }}
        toolbar={
          <Select
            aria-label={t('sourceFilter')}
            value={readSource(params) ?? ''}
            onChange={(event) => list.change({ source: event.target.value })}
            options={[
              { value: '', label: t('anySource') },
              ...userSources.map((value) => ({ value, label: t(`sources.${value}`) })),
            ]}
          />
        }
        empty={
          <EmptyState
            icon="search"
            title={t('empty.title')}
            action={<ButtonLink href="/users">{t('empty.clear')}</ButtonLink>}
          >
            {t('empty.help')}
          </EmptyState>
        }
      />
      {asking && (
        <Suspense>
          <UserDialogs
            what={asking.what}
            users={asking.users}
            onClose={() => setAsking(undefined)}
            onDone={() => {
              setChosen(new Set())
              setAsking(undefined)
            }}
          />
        </Suspense>
      )}
    </>
  )
}
