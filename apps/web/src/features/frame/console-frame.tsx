'use client'
import { cx, Icon, IconButton, useUi } from '@berth/ui'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { useEffect, useRef, useState } from 'react'
import { NavigationList } from './navigation-list.tsx'
import type { Theme } from './preferences.ts'
import { TopBar } from './top-bar.tsx'

/** Navigation at the left, bar at the top, the page in between. */
export function ConsoleFrame({ theme, children }: { theme: Theme; children: ReactNode }) {
  const t = useTranslations('frame')
  const { preference, setPreference } = useUi()
  const narrow = preference('nav') === 'narrow'
  const [sheetOpen, setSheetOpen] = useState(false)
  return (
    <div className={cx('min-h-dvh md:grid', narrow ? 'md:grid-cols-[56px_1fr]' : 'md:grid-cols-[216px_1fr]')}>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-accent px-3 py-2 text-13 font-medium text-on-accent focus:translate-y-0"
      >
        {t('skip')}
      </a>
      <aside className="sticky top-0 hidden h-dvh flex-col border-r border-line bg-canvas md:flex">
        <div className="box-border h-12 border-b border-line">
          <Brand narrow={narrow} />
        </div>
        <NavigationList narrow={narrow} />
        <div className={cx('mt-auto p-2', narrow && 'flex justify-center')}>
          <IconButton
            icon="sidebar"
            label={narrow ? t('openNavigation') : t('closeNavigation')}
            onClick={() => setPreference('nav', narrow ? 'wide' : 'narrow')}
          />
        </div>
      </aside>
      <Sheet open={sheetOpen} onClose={() => setSheetOpen(false)} />
      <div className="flex min-w-0 flex-col">
        <TopBar theme={theme} onMenu={() => setSheetOpen(true)} />
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto w-full max-w-300 flex-1 px-4 pt-5 pb-16 focus:outline-none sm:px-6"
        >
          {children}
        </main>
      </div>
    </div>
  )
}

function Brand({ narrow }: { narrow: boolean }) {
  const { Link } = useUi()
  const t = useTranslations('frame')
  return (
    <Link
      href="/"
      aria-label={t('home')}
      className={cx(
        'flex h-full min-h-11 shrink-0 items-center gap-2 focus-visible:-outline-offset-2',
        narrow ? 'justify-center' : 'px-4',
      )}
    >
      <span className="flex size-6 items-center justify-center rounded-md bg-accent text-on-accent">
        <Icon name="anchor" size={14} />
      </span>
      {!narrow && <span className="text-14 font-semibold tracking-tight">Berth</span>}
    </Link>
  )
}

/** The navigation on small screens: a native modal dialog along the left edge. */
function Sheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const t = useTranslations('frame')
  const pathname = usePathname()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (open) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sheet closes because the page changed
  useEffect(() => dialog.current?.close(), [pathname])
  return (
    <dialog
      ref={dialog}
      aria-label={t('navigation')}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
      onKeyDown={() => {}}
      className="m-0 h-dvh max-h-none w-64 flex-col border-r border-line bg-canvas text-ink shadow-2 open:flex md:hidden"
    >
      {open && (
        <>
          <div className="flex items-center justify-between border-b border-line pr-2">
            <Brand narrow={false} />
            <IconButton icon="close" label={t('closeNavigation')} onClick={onClose} />
          </div>
          <NavigationList narrow={false} />
        </>
      )}
    </dialog>
  )
}
