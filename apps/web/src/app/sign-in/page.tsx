import { Icon } from '@berth/ui'
import type { Metadata } from 'next'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { LanguageMenu, ThemeMenu } from '@/features/frame/looks-menus.tsx'
import { readTheme, themeCookie } from '@/features/frame/preferences.ts'
import { safeNextPath } from '@/features/sessions/next-path.ts'
import { SignInForm } from '@/features/sessions/sign-in-form.tsx'
import { getViewer } from '@/server/viewer.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('sessions'))('title') }
}

type Props = { searchParams: Promise<{ next?: string | string[] }> }

export default async function SignInPage({ searchParams }: Props) {
  const next = safeNextPath((await searchParams).next)
  if (await getViewer()) redirect(next)
  const t = await getTranslations('sessions')
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex justify-end gap-1 p-2">
        <ThemeMenu theme={readTheme((await cookies()).get(themeCookie)?.value)} />
        <LanguageMenu />
      </header>
      <main className="flex flex-1 flex-col items-center px-4 pt-[10vh] pb-16">
        <div className="w-full max-w-88">
          <div className="mb-6 flex flex-col items-center gap-3 text-center">
            <span className="flex size-10 items-center justify-center rounded-md bg-accent text-on-accent">
              <Icon name="anchor" size={22} />
            </span>
            <h1 className="text-20 font-semibold tracking-tight">{t('heading')}</h1>
          </div>
          <div className="rounded-md border border-line bg-surface p-5 shadow-1">
            <SignInForm next={next} />
          </div>
          <p className="mt-4 text-center text-13 text-ink-2">
            <a href="/projects" className="rounded-md underline underline-offset-2 hover:text-ink">
              {t('browse')}
            </a>
          </p>
        </div>
      </main>
    </div>
  )
}
