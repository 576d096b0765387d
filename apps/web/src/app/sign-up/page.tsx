import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { safeNextPath } from '@/features/sessions/next-path.ts'
import { SignInFrame } from '@/features/sessions/sign-in-frame.tsx'
import { SignUpForm } from '@/features/sessions/sign-up-form.tsx'
import { serverApi } from '@/server/api-client.ts'
import { getViewer } from '@/server/viewer.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('sessions'))('signUp.title') }
}

type Props = { searchParams: Promise<{ next?: string | string[] }> }

export default async function SignUpPage({ searchParams }: Props) {
  const next = safeNextPath((await searchParams).next)
  if (await getViewer()) redirect(next)
  const { data: facts } = await (await serverApi()).call('getSystemInfo')
  if (!facts.self_registration) notFound()
  const t = await getTranslations('sessions')
  return (
    <SignInFrame
      heading={t('signUp.heading')}
      below={
        <p className="mt-4 text-center text-13 text-ink-2">
          <a
            href={`/sign-in?${new URLSearchParams({ next })}`}
            className="rounded-md underline underline-offset-2 hover:text-ink"
          >
            {t('signUp.back')}
          </a>
        </p>
      }
    >
      <SignUpForm next={next} />
    </SignInFrame>
  )
}
