import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { safeNextPath } from '@/features/sessions/next-path.ts'
import { ProviderSignIn, SignInProblemBanner } from '@/features/sessions/provider-sign-in.tsx'
import { SignInForm } from '@/features/sessions/sign-in-form.tsx'
import { SignInFrame } from '@/features/sessions/sign-in-frame.tsx'
import { readSignInProblem } from '@/features/sessions/sign-in-problem.ts'
import { serverApi } from '@/server/api-client.ts'
import { getViewer } from '@/server/viewer.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('sessions'))('title') }
}

type Param = string | string[] | undefined
type Props = { searchParams: Promise<{ next?: Param; error?: Param; local?: Param }> }

export default async function SignInPage({ searchParams }: Props) {
  const params = await searchParams
  const next = safeNextPath(params.next)
  if (await getViewer()) redirect(next)
  const t = await getTranslations('sessions')
  const problem = readSignInProblem(params.error)
  const { data: facts } = await (await serverApi()).call('getSystemInfo')
  const name = facts.oidc_provider_name
  // Who comes back with a problem, or wants the form, is not sent away again.
  const atOnce = facts.primary_auth_mode === true && !problem && params.local === undefined
  return (
    <SignInFrame
      heading={t('heading')}
      below={
        <p className="mt-4 flex flex-col gap-2 text-center text-13 text-ink-2">
          {facts.self_registration && (
            <a
              href={`/sign-up?${new URLSearchParams({ next })}`}
              className="rounded-md underline underline-offset-2 hover:text-ink"
            >
              {t('signUp.link')}
            </a>
          )}
          <a href="/projects" className="rounded-md underline underline-offset-2 hover:text-ink">
            {t('browse')}
          </a>
        </p>
      }
    >
      {problem && <SignInProblemBanner problem={problem} />}
      {name && <ProviderSignIn name={name} next={next} atOnce={atOnce} />}
      {name && atOnce ? (
        <a
          href={`/sign-in?${new URLSearchParams({ local: '', next })}`}
          className="text-center text-13 underline underline-offset-2"
        >
          {t('local')}
        </a>
      ) : (
        <>
          {name && <p className="text-center text-13 text-ink-3">{t('or')}</p>}
          <SignInForm next={next} />
        </>
      )}
    </SignInFrame>
  )
}
