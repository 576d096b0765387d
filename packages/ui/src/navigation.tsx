'use client'
import { type MouseEvent, useEffect, useRef } from 'react'
import { cx } from './class-names.ts'
import { formatCount } from './format.ts'
import { Icon } from './icons.tsx'
import { useUi } from './provider.tsx'

export type Crumb = { label: string; href?: string }

export function Breadcrumb({ crumbs }: { crumbs: Crumb[] }) {
  const { words, Link } = useUi()
  return (
    <nav aria-label={words.breadcrumb} className="min-w-0">
      <ol className="flex min-w-0 items-center gap-1 text-13 text-ink-2">
        {crumbs.map(({ label, href }, index) => {
          const last = index === crumbs.length - 1
          return (
            <li
              key={href ?? label}
              className={cx('flex items-center gap-1', last ? 'min-w-0' : 'max-sm:hidden')}
            >
              {index > 0 && (
                <Icon name="chevronRight" size={12} className="shrink-0 text-ink-3 max-sm:hidden" />
              )}
              {href && !last ? (
                <Link href={href} className="truncate rounded-md hover:text-ink hover:underline">
                  {label}
                </Link>
              ) : (
                <span aria-current="page" className="truncate font-medium text-ink">
                  {label}
                </span>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}

export type Tab = { label: string; href: string; current: boolean; count?: number }

/** Tabs that are links: each has its own URL. */
export function Tabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  const { Link, locale } = useUi()
  const list = useRef<HTMLElement>(null)
  const count = tabs.length
  // On a narrow screen the current one may stand outside of what is seen; some tabs come late.
  useEffect(() => {
    if (count > 1)
      list.current
        ?.querySelector('[aria-current]')
        ?.scrollIntoView({ block: 'nearest', inline: 'center', behavior: 'instant' })
  }, [count])
  return (
    <nav
      ref={list}
      aria-label={label}
      className="-mx-4 overflow-x-auto border-b border-line px-4 sm:mx-0 sm:px-0"
    >
      <ul className="flex gap-4">
        {tabs.map(({ label: name, href, current, count }) => (
          <li key={href}>
            <Link
              href={href}
              aria-current={current ? 'page' : undefined}
              className={cx(
                'flex h-9 items-center gap-1.5 border-b-2 text-13 whitespace-nowrap focus-visible:-outline-offset-2',
                current
                  ? 'border-accent font-semibold text-ink'
                  : 'border-transparent text-ink-2 hover:border-line-strong hover:text-ink',
              )}
            >
              {name}
              {count !== undefined && (
                <span className="rounded-full bg-sunken px-1.5 text-12 font-normal text-ink-2">
                  {formatCount(count, locale)}
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

type PaginationProps = {
  /** Names it where a page has two of them. */
  label?: string
  page: number
  pageSize: number
  total: number
  /** There may be more than `total`. */
  more?: boolean
  hrefFor: (page: number) => string
  onGo?: (page: number) => void
}

/** Links to the pages around; with `onGo` a plain press stays on the page and changes only the list. */
export function Pagination({ label, page, pageSize, total, more = false, hrefFor, onGo }: PaginationProps) {
  const { words, locale, Link } = useUi()
  const pages = Math.max(1, Math.ceil(total / pageSize))
  if (total === 0) return null
  const from = Math.min((page - 1) * pageSize + 1, total)
  const to = Math.min(page * pageSize, total)
  const go = (to: number) => (event: MouseEvent) => {
    if (!onGo || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    onGo(to)
  }
  const step =
    'inline-flex h-7 items-center gap-1 rounded-md border border-line-strong bg-surface px-2 text-12 font-medium hover:bg-hover'
  const off =
    'inline-flex h-7 items-center gap-1 rounded-md border border-line px-2 text-12 font-medium text-ink-3'
  return (
    <nav
      aria-label={label ?? words.pages}
      className="flex items-center justify-between gap-3 py-3 text-12 text-ink-2"
    >
      <span className="tabular-nums">
        {words.range(formatCount(from, locale), formatCount(to, locale), formatCount(total, locale), more)}
      </span>
      {pages > 1 && (
        <span className="flex gap-2">
          {page > 1 ? (
            <Link href={hrefFor(page - 1)} onClick={go(page - 1)} rel="prev" className={step} scroll={false}>
              <Icon name="chevronLeft" size={12} />
              {words.previous}
            </Link>
          ) : (
            <span aria-hidden="true" className={off}>
              <Icon name="chevronLeft" size={12} />
              {words.previous}
            </span>
          )}
          {page < pages ? (
            <Link href={hrefFor(page + 1)} onClick={go(page + 1)} rel="next" className={step} scroll={false}>
              {words.next}
              <Icon name="chevronRight" size={12} />
            </Link>
          ) : (
            <span aria-hidden="true" className={off}>
              {words.next}
              <Icon name="chevronRight" size={12} />
            </span>
          )}
        </span>
      )}
    </nav>
  )
}
