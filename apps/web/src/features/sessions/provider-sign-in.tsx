'use client'
import { Banner, Button } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useCallback, useEffect, useRef, useState } from 'react'
import { goToProvider } from './sign-in.ts'
import type { SignInProblem } from './sign-in-problem.ts'

/** `atOnce`: sign-in begins at the provider without a press. */
export function ProviderSignIn({ name, next, atOnce }: { name: string; next: string; atOnce: boolean }) {
  const t = useTranslations('sessions')
  const [busy, setBusy] = useState(atOnce)
  const [ready, setReady] = useState(false)
  const [problem, setProblem] = useState<SignInProblem>()
  const begun = useRef(false)

  const go = useCallback(async () => {
    setBusy(true)
    setProblem(undefined)
    const outcome = await goToProvider(next).catch(() => 'failed' as const)
    // While the page is left, the button stays as it is.
    if (outcome === undefined) return
    setBusy(false)
    setProblem(outcome)
  }, [next])

  useEffect(() => {
    setReady(true)
    if (!atOnce || begun.current) return
    begun.current = true
    void go()
  }, [atOnce, go])

  return (
    <div className="flex flex-col gap-4">
      {problem && <SignInProblemBanner problem={problem} />}
      <Button busy={busy} disabled={!ready} className="w-full" onClick={() => void go()}>
        {t('with', { name })}
      </Button>
    </div>
  )
}

export function SignInProblemBanner({ problem }: { problem: SignInProblem }) {
  const t = useTranslations('sessions')
  return (
    <Banner role="alert" tone="bad" title={t(`provider.${problem}.title`)}>
      {t(`provider.${problem}.help`)}
    </Banner>
  )
}
