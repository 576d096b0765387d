import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { OidcSettings } from '@/features/authentication/oidc-settings.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('configurations.tabs'))('oidc') }
}

export default function OidcPage() {
  return <OidcSettings />
}
