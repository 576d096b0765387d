'use client'
import type { Schemas } from '@berth/contract'
import {
  Button,
  EmptyState,
  formatBytes,
  Icon,
  Pagination,
  Select,
  Skeleton,
  Time,
  useNotify,
  useUi,
} from '@berth/ui'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { useListState } from '@/data/use-list-state.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { noticePageSize, noticesInput, readUnreadOnly } from './notice-input.ts'
import { kindOf, noticeLooks, noticePath } from './notice-words.ts'

type Notice = Schemas['Notice']

/** What the viewer was told, newest first. */
export function NoticeList() {
  const t = useTranslations('notices')
  const notify = useNotify()
  const params = useSearchParams()
  const list = useListState([])
  const query = useApiQuery('listMyNotices', noticesInput(params), { keepPrevious: true, pollMs: 60_000 })
  const mark = useApiMutation('markMyNoticesRead', ['listMyNotices', 'countMyUnreadNotices'])
  const rows = query.data?.data ?? []
  const newest = Math.max(0, ...rows.map(({ id }) => id))
  const unread = rows.some(({ read }) => !read)
  return (
    <div className="flex max-w-200 flex-col gap-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <Select
          aria-label={t('show')}
          value={readUnreadOnly(params) ? '1' : ''}
          onChange={(event) => list.change({ unread: event.target.value })}
          options={[
            { value: '', label: t('all') },
            { value: '1', label: t('unreadOnly') },
          ]}
        />
        {unread && (
          <Button
            busy={mark.isPending && mark.variables?.body?.up_to_id !== undefined}
            onClick={() =>
              mark.mutate({ body: { up_to_id: newest } }, { onSuccess: () => notify('good', t('allRead')) })
            }
          >
            {t('markAll')}
          </Button>
        )}
      </div>
      <ProblemBanner error={query.error ?? mark.error} />
      {query.isPending && <Skeleton className="h-24" />}
      {query.isSuccess && rows.length === 0 && (
        <div className="rounded-md border border-line bg-surface">
          <EmptyState icon="bell" title={t('empty')}>
            {t('emptyHelp')}
          </EmptyState>
        </div>
      )}
      {rows.length > 0 && (
        <ul className="divide-y divide-line rounded-md border border-line bg-surface">
          {rows.map((notice) => (
            <NoticeRow
              key={notice.id}
              notice={notice}
              onRead={() => mark.mutate({ body: { ids: [notice.id] } })}
            />
          ))}
        </ul>
      )}
      <Pagination
        page={list.page}
        pageSize={noticePageSize}
        total={query.data?.total ?? 0}
        hrefFor={(page) => list.href({ page })}
        onGo={(page) => list.change({ page })}
      />
    </div>
  )
}

const toneClass = {
  warn: 'text-warn',
  bad: 'text-bad',
  good: 'text-good',
  accent: 'text-accent',
  neutral: 'text-ink-3',
}

function NoticeRow({ notice, onRead }: { notice: Notice; onRead: () => void }) {
  const t = useTranslations('notices')
  const { Link, locale } = useUi()
  const kind = kindOf(notice)
  const look = kind ? noticeLooks[kind] : ({ icon: 'bell', tone: 'neutral' } as const)
  const {
    project = '',
    name = '',
    used = 0,
    hard = 0,
    days = 0,
    lines = 0,
    people = 0,
    expiration_time,
  } = notice.facts
  const sizes = { used: formatBytes(used, locale), hard: formatBytes(hard, locale) }
  const facts = { project, name, days, lines, people, until: expiration_time ? 'known' : 'none', ...sizes }
  const href = noticePath(notice)
  const title = kind ? t(`kinds.${kind}.title`, facts) : notice.kind
  return (
    <li className="flex items-start gap-3 px-4 py-3 text-13">
      <Icon name={look.icon} className={`mt-0.5 shrink-0 ${toneClass[look.tone]}`} />
      <div className="min-w-0 flex-1">
        <p className={notice.read ? 'break-words' : 'font-semibold break-words'}>
          {href ? (
            <Link
              href={href}
              prefetch={false}
              onClick={() => !notice.read && onRead()}
              className="rounded-md text-ink hover:text-accent hover:underline"
            >
              {title}
            </Link>
          ) : (
            title
          )}
          {!notice.read && <span className="sr-only"> ({t('unread')})</span>}
        </p>
        {kind && (
          <p className="text-ink-2">
            {t(`kinds.${kind}.help`, facts)}
            {kind === 'directory_hold' && expiration_time && (
              <>
                {' '}
                <Time at={expiration_time} />
              </>
            )}
          </p>
        )}
        <p className="text-12 text-ink-3">
          <Time at={notice.creation_time} />
        </p>
      </div>
      {!notice.read && (
        <Button size="sm" variant="quiet" onClick={onRead}>
          {t('markRead')}
          <span className="sr-only">: {title}</span>
        </Button>
      )}
    </li>
  )
}
