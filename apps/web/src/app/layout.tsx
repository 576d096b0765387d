import type { Metadata, Viewport } from 'next'
import { cookies } from 'next/headers'
import { NextIntlClientProvider } from 'next-intl'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import { EarlyClicks } from '@/features/frame/early-clicks-script.tsx'
import { preferencesCookie, readPreferences, readTheme, themeCookie } from '@/features/frame/preferences.ts'
import { Providers } from '@/features/frame/providers.tsx'
import { getCsrfToken, getViewer } from '@/server/viewer.ts'
import './globals.css'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('frame')
  return { title: { template: '%s · Berth', default: 'Berth' }, description: t('description') }
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' }

export default async function RootLayout({ children }: { children: ReactNode }) {
  const jar = await cookies()
  return (
    <html lang={await getLocale()} data-theme={readTheme(jar.get(themeCookie)?.value)}>
      <body className="bg-canvas text-ink antialiased">
        <EarlyClicks />
        <NextIntlClientProvider>
          <Providers
            viewer={await getViewer()}
            csrfToken={await getCsrfToken()}
            preferences={readPreferences(jar.get(preferencesCookie)?.value)}
            renderedAtMs={Date.now()}
          >
            {children}
          </Providers>
        </NextIntlClientProvider>
      </body>
    </html>
  )
}
