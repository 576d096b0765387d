import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { SignInSettings } from '@/features/authentication/sign-in-settings.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('configurations.tabs'))('authentication') }
}

export default function AuthenticationPage() {
  return <SignInSettings />
}
