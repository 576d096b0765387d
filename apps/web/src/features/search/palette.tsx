'use client'
import { cx, Icon, type IconName } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useViewer } from '@/features/frame/providers.tsx'
import { hitKey, hitName, hitPath, hitReason, kindIcons, type SearchKind } from './hits.ts'

type Entry = {
  id: string
  group: SearchKind | 'pages' | 'all'
  label: string
  /** Why it is here, when its name does not tell. */
  reason?: string | undefined
  href: string
  icon: IconName
}
const shownPerGroup = 5

/** Jump to anything that can be found, or to a page. A combobox over a listbox (ARIA practices), in a native dialog. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const t = useTranslations('search')
  const router = useRouter()
  const dialog = useRef<HTMLDialogElement>(null)
  const listId = useId()
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const settled = useSettled(text.trim(), 150)
  const search = useApiQuery(
    'searchEverything',
    { query: { q: settled, page_size: shownPerGroup } },
    { enabled: settled !== '', keepPrevious: true },
  )
  const pages = usePages(text)
  const found = settled === '' ? [] : (search.data?.data ?? [])
  const entries: Entry[] = [
    ...found.flatMap(({ kind, hits }) =>
      hits.map((hit) => ({
        id: hitKey(kind, hit).replaceAll(' ', '-'),
        group: kind,
        label: hitName(hit),
        reason: hitReason(kind, hit),
        href: hitPath(hit),
        icon: kindIcons[kind],
      })),
    ),
    ...pages,
    ...(found.some(({ next }) => next !== undefined)
      ? [
          {
            id: 'all',
            group: 'all' as const,
            label: t('all', { query: settled }),
            href: `/search?${new URLSearchParams({ q: settled })}`,
            icon: 'search' as const,
          },
        ]
      : []),
  ]
  const active = entries[Math.min(at, entries.length - 1)]

  useEffect(() => dialog.current?.showModal(), [])
  function open(entry: Entry | undefined) {
    if (!entry) return
    dialog.current?.close()
    router.push(entry.href)
  }
  function onKeyDown(event: KeyboardEvent) {
    const last = entries.length - 1
    const go = { ArrowDown: at >= last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1, Home: 0, End: last }[
      event.key
    ]
    if (event.key === 'Enter') open(active)
    else if (go === undefined || ((event.key === 'Home' || event.key === 'End') && text)) return
    else setAt(Math.max(0, go))
    event.preventDefault()
  }
  const done = settled === text.trim() && !search.isFetching

  return (
    <dialog
      ref={dialog}
      aria-label={t('label')}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
      onKeyDown={() => {}}
      className="mx-auto mt-[12vh] mb-auto w-[min(600px,calc(100vw-32px))] overflow-hidden rounded-md border border-line bg-raised p-0 text-ink shadow-2"
    >
      <div className="flex items-center gap-2 border-b border-line px-4">
        <Icon name="search" className="shrink-0 text-ink-3" />
        <input
          role="combobox"
          aria-expanded={entries.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={active && `${listId}-${active.id}`}
          aria-label={t('label')}
          placeholder={t('prompt')}
          value={text}
          onChange={(event) => {
            setText(event.target.value)
            setAt(0)
          }}
          onKeyDown={onKeyDown}
          autoComplete="off"
          spellCheck={false}
          maxLength={255}
          className="h-12 min-w-0 flex-1 bg-transparent text-14 focus:outline-none"
        />
      </div>
      <div
        id={listId}
        role="listbox"
        aria-label={t('results')}
        className="max-h-[50vh] overflow-y-auto p-2 empty:hidden"
      >
        {entries.map((entry, index) => (
          <Option
            key={entry.id}
            id={`${listId}-${entry.id}`}
            entry={entry}
            heading={entry.group === entries[index - 1]?.group ? undefined : t(`groups.${entry.group}`)}
            active={entry === active}
            onPick={() => open(entry)}
            onHover={() => setAt(index)}
          />
        ))}
      </div>
      {entries.length === 0 && done && !search.isError && (
        <p className="px-4 py-6 text-center text-13 text-ink-2">{t('none', { query: text })}</p>
      )}
      {search.isError && <p className="px-4 py-3 text-13 text-bad">{t('failed')}</p>}
      <p role="status" className="sr-only">
        {done && settled ? t('count', { count: entries.length }) : ''}
      </p>
      <p className="border-t border-line px-4 py-2 text-12 text-ink-3 max-sm:hidden">{t('keys')}</p>
    </dialog>
  )
}

type OptionProps = {
  id: string
  entry: Entry
  heading: string | undefined
  active: boolean
  onPick: () => void
  onHover: () => void
}

function Option({ id, entry, heading, active, onPick, onHover }: OptionProps) {
  const line = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (active) line.current?.scrollIntoView({ block: 'nearest' })
  }, [active])
  return (
    <>
      {heading && (
        <div role="presentation" className="px-2 pt-2 pb-1 text-12 text-ink-3">
          {heading}
        </div>
      )}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the active option */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys */}
      <div
        ref={line}
        id={id}
        role="option"
        aria-selected={active}
        onClick={onPick}
        onMouseMove={onHover}
        className={cx(
          'flex h-9 cursor-pointer items-center gap-2.5 rounded-md px-2 text-13',
          active && 'bg-accent-soft text-accent',
        )}
      >
        <Icon name={entry.icon} className={cx('shrink-0', !active && 'text-ink-3')} />
        <span className="truncate">{entry.label}</span>
        {entry.reason && (
          <span className={cx('min-w-0 flex-1 truncate text-12', !active && 'text-ink-3')}>
            {entry.reason}
          </span>
        )}
      </div>
    </>
  )
}

function usePages(text: string): Entry[] {
  const t = useTranslations('frame')
  const viewer = useViewer()
  const pages = [
    { key: 'projects', href: '/projects', icon: 'projects' },
    ...(viewer?.sysadmin_flag
      ? ([
          { key: 'users', href: '/users', icon: 'person' },
          { key: 'robots', href: '/robots', icon: 'robot' },
          { key: 'replications', href: '/replications', icon: 'replicate' },
          { key: 'registries', href: '/registries', icon: 'globe' },
          { key: 'labels', href: '/labels', icon: 'tag' },
        ] as const)
      : []),
    ...(viewer ? [{ key: 'profile', href: '/profile', icon: 'person' } as const] : []),
    { key: 'about', href: '/about', icon: 'info' },
    { key: 'apiReference', href: '/api-reference', icon: 'code' },
  ] as const
  const wanted = text.trim().toLowerCase()
  return pages
    .map(({ key, href, icon }) => ({
      id: `page-${key}`,
      group: 'pages' as const,
      label: t(`pages.${key}`),
      href,
      icon,
    }))
    .filter(({ label }) => label.toLowerCase().includes(wanted))
}

/** The value once it has not changed for a while. */
function useSettled(value: string, delayMs: number): string {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), delayMs)
    return () => clearTimeout(timer)
  }, [value, delayMs])
  return settled
}
