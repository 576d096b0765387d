import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { ConsoleFrame } from '@/features/frame/console-frame.tsx'
import { readTheme, themeCookie } from '@/features/frame/preferences.ts'
import { SystemReadOnlyBanner } from '@/features/read-only/read-only-banners.tsx'
import { pageData } from '@/server/page-data.tsx'
import { getViewer } from '@/server/viewer.ts'

export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const page = await pageData('/')
  // Read-only is told to those who are signed in; the banner must be there at the first paint.
  if (await getViewer()) await page.want('getSystemInfo', {})
  return page.hydrate(
    <ConsoleFrame theme={readTheme((await cookies()).get(themeCookie)?.value)}>
      <SystemReadOnlyBanner />
      {children}
    </ConsoleFrame>,
  )
}
