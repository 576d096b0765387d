'use client'
import { Icon, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'

const POLL_MS = 60_000

/** Leads to the notices and says how many are unread. */
export default function Bell() {
  const t = useTranslations('notices')
  const { Link } = useUi()
  const count = useApiQuery('countMyUnreadNotices', {}, { pollMs: POLL_MS }).data?.data.count ?? 0
  const shown = count > 99 ? '99+' : String(count)
  // Its name holds what it shows, for those who speak to it.
  const label = count > 0 ? t('unreadCount', { count, shown }) : t('title')
  return (
    <Link
      href="/notices"
      prefetch={false}
      aria-label={label}
      data-tip={label}
      className="relative inline-flex size-8 items-center justify-center rounded-md text-ink-2 hover:bg-hover hover:text-ink"
    >
      <Icon name="bell" />
      {count > 0 && (
        <span
          aria-hidden="true"
          className="absolute top-0.5 right-0 flex h-4 min-w-4 items-center justify-center rounded-full bg-bad px-1 text-[10px] font-semibold text-on-bad tabular-nums"
        >
          {shown}
        </span>
      )}
    </Link>
  )
}
