import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { SystemRobotForm } from '@/features/robots/system-robot-form.tsx'
import { pageData } from '@/server/page-data.tsx'
import { getViewer } from '@/server/viewer.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('robots'))('new') }
}

export default async function NewRobotPage() {
  const [t, page, viewer] = await Promise.all([
    getTranslations('robots'),
    pageData('/robots/new'),
    getViewer(),
  ])
  await page.need('getPermissions')
  // Admins of a project may know what can be granted too; robots of the system are not theirs to make.
  if (!viewer?.sysadmin_flag) notFound()
  await page.want('getSystemInfo', {})
  return page.hydrate(
    <div className="flex flex-col gap-4">
      <PageHeader title={t('new')} description={t('newSystem')} />
      <SystemRobotForm />
    </div>,
  )
}
