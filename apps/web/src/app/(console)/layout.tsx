import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { ConsoleFrame } from '@/features/frame/console-frame.tsx'
import { readTheme, themeCookie } from '@/features/frame/preferences.ts'

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  return <ConsoleFrame theme={readTheme((await cookies()).get(themeCookie)?.value)}>{children}</ConsoleFrame>
}
