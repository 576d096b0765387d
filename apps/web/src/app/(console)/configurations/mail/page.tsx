import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { MailSettings } from '@/features/mail/mail-settings.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('configurations.tabs'))('mail') }
}

export default function MailPage() {
  return <MailSettings />
}
