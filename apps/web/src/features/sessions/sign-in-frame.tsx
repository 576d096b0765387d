import { Icon } from '@berth/ui'
import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { LanguageMenu, ThemeMenu } from '@/features/frame/looks-menus.tsx'
import { readTheme, themeCookie } from '@/features/frame/preferences.ts'

/** A page outside the console's frame with one thing to do. `below`: what stands under its box. */
export async function SignInFrame({
  heading,
  children,
  below,
}: {
  heading: string
  children: ReactNode
  below?: ReactNode
}) {
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
            <h1 className="text-20 font-semibold tracking-tight">{heading}</h1>
          </div>
          <div className="flex flex-col gap-4 rounded-md border border-line bg-surface p-5 shadow-1">
            {children}
          </div>
          {below}
        </div>
      </main>
    </div>
  )
}
