import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { NameForm } from '@/features/sessions/name-form.tsx'
import { SignInFrame } from '@/features/sessions/sign-in-frame.tsx'
import { getNewcomerName } from '@/server/newcomer.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('sessions'))('name.title') }
}

export default async function ChooseNamePage() {
  const suggested = await getNewcomerName()
  if (suggested === undefined) redirect('/sign-in?error=too-late')
  const t = await getTranslations('sessions')
  return (
    <SignInFrame heading={t('name.heading')}>
      <NameForm suggested={suggested} />
    </SignInFrame>
  )
}
