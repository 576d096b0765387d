import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { ImportPeople } from '@/features/authentication/import-people.tsx'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { getViewer } from '@/server/viewer.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('authentication.import'))('title') }
}

export default async function ImportPeoplePage() {
  const [t, viewer] = await Promise.all([getTranslations('authentication.import'), getViewer()])
  if (!viewer?.sysadmin_flag) notFound()
  return (
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} />
      <ImportPeople />
    </div>
  )
}
