import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { LdapSettings } from '@/features/authentication/ldap-settings.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('configurations.tabs'))('ldap') }
}

export default function LdapPage() {
  return <LdapSettings />
}
