'use client'
import { Breadcrumb, ButtonLink, Icon, IconButton, isTyping, Menu, useNotify } from '@berth/ui'
import { usePathname, useSearchParams } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { lazy, Suspense, useEffect, useState } from 'react'
import { signInPath } from '@/features/sessions/next-path.ts'
import { AfterLoad, orNothing } from './after-load.tsx'
import { useCrumbNames } from './crumb-names.ts'
import { crumbsFor } from './crumbs.ts'
import { LanguageMenu, ThemeMenu } from './looks-menus.tsx'
import type { Theme } from './preferences.ts'
import { useProblem } from './problem.tsx'
import { useViewer } from './providers.tsx'

// On every page, and part of no page's first load.
const Bell = lazy(() => import('@/features/notices/bell.tsx').catch(orNothing))
const Palette = lazy(() => import('@/features/search/palette.tsx'))

export function TopBar({ theme, onMenu }: { theme: Theme; onMenu: () => void }) {
  const t = useTranslations('frame')
  const viewer = useViewer()
  const names = useCrumbNames()
  const crumbs = crumbsFor(usePathname()).map(({ key, name, href }) => ({
    label:
      names[href] ?? (key && t.has(`crumbs.${key}` as never) ? t(`crumbs.${key}` as never) : (name ?? '')),
    href,
  }))
  return (
    <header className="sticky top-0 z-30 flex h-12 shrink-0 items-center gap-2 border-b border-line bg-surface pr-2 pl-2 md:pl-6">
      <IconButton icon="menu" label={t('openNavigation')} onClick={onMenu} className="md:hidden" />
      <div className="min-w-0 flex-1">
        <Breadcrumb crumbs={crumbs} />
      </div>
      <PaletteField />
      {viewer && (
        <span className="size-8 shrink-0">
          <AfterLoad>
            <Suspense>
              <Bell />
            </Suspense>
          </AfterLoad>
        </span>
      )}
      <ThemeMenu theme={theme} />
      <LanguageMenu />
      <Account />
    </header>
  )
}

/** Looks like a field and opens the palette, whose code is fetched when it is first wanted. */
function PaletteField() {
  const t = useTranslations('frame')
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== 'k' ||
        !(event.ctrlKey || event.metaKey) ||
        event.altKey ||
        event.shiftKey
      )
        return
      if (isTyping(event.target) && (event.target as HTMLElement).closest('dialog')) return
      event.preventDefault()
      setOpen(true)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => setOpen(true)}
        className="flex h-8 items-center gap-2 rounded-md border-line text-13 text-ink-3 hover:border-line-strong hover:text-ink max-sm:w-8 max-sm:justify-center max-sm:text-ink-2 sm:w-64 sm:border sm:bg-canvas sm:px-2.5"
      >
        <Icon name="search" className="shrink-0" />
        <span className="flex-1 truncate text-left max-sm:sr-only">{t('palettePrompt')}</span>
        <span aria-hidden="true" className="rounded-md border border-line px-1 text-12 max-sm:hidden">
          Ctrl K
        </span>
      </button>
      {open && (
        <Suspense>
          <Palette onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}

/** How people sign in and out is no part of the pages in between. */
const leave = () => import('@/features/sessions/sign-in.ts').then(({ signOut }) => signOut())

function Account() {
  const t = useTranslations('frame')
  const viewer = useViewer()
  const notify = useNotify()
  const describe = useProblem()
  const pathname = usePathname()
  const query = useSearchParams().toString()
  if (!viewer) {
    return (
      <ButtonLink
        variant="primary"
        href={signInPath(query ? `${pathname}?${query}` : pathname)}
        prefetch={false}
      >
        {t('signIn')}
      </ButtonLink>
    )
  }
  return (
    <Menu
      label={t('account', { name: viewer.username })}
      triggerClassName="ml-1 inline-flex size-8 items-center justify-center rounded-full bg-accent-soft text-13 font-semibold text-accent uppercase hover:bg-accent-line"
      trigger={<span aria-hidden="true">{[...viewer.username][0]}</span>}
      items={[
        { kind: 'heading', label: viewer.realname || viewer.username },
        { kind: 'link', label: t('pages.profile'), icon: 'person', href: '/profile' },
        { kind: 'line' },
        {
          label: t('signOut'),
          icon: 'signOut',
          // Somebody who believes to be signed out may leave the machine.
          onSelect: () => void leave().catch((error) => notify('bad', describe(error).said)),
        },
      ]}
    />
  )
}
