import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageHeader } from '@/features/frame/page-header.tsx'
import { NewUserForm } from '@/features/users/new-user-form.tsx'
import { getViewer } from '@/server/viewer.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('users.form'))('title') }
}

export default async function NewUserPage() {
  const [t, viewer] = await Promise.all([getTranslations('users.form'), getViewer()])
  if (!viewer?.sysadmin_flag) notFound()
  return (
    <div className="flex flex-col gap-4">
      <PageHeader title={t('title')} description={t('description')} />
      <NewUserForm />
    </div>
  )
}
