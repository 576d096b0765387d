import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { GeneralSettings } from '@/features/configurations/general-settings.tsx'
import { SystemSettings } from '@/features/configurations/system-settings.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('configurations'))('title') }
}

export default function ConfigurationsPage() {
  return (
    <div className="flex flex-col gap-4">
      <SystemSettings />
      <GeneralSettings />
    </div>
  )
}
