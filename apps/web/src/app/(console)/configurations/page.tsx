import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { SystemSettings } from '@/features/configurations/system-settings.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('configurations'))('title') }
}

export default function ConfigurationsPage() {
  return <SystemSettings />
}
