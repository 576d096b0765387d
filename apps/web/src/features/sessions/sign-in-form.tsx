'use client'
import { Banner, Button, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { type Problem, signIn } from './sign-in.ts'

export function SignInForm({ next }: { next: string }) {
  const t = useTranslations('sessions')
  const [busy, setBusy] = useState(false)
  const [ready, setReady] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const username = useRef<HTMLInputElement>(null)
  const password = useRef<HTMLInputElement>(null)
  // A press before the page is alive would send the form the browser's own way, with the password in the URL.
  useEffect(() => {
    setReady(true)
    // The page is for one thing; whoever has begun elsewhere is left alone.
    if (document.activeElement === document.body) username.current?.focus()
  }, [])

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const fields = new FormData(event.currentTarget)
    setBusy(true)
    setProblem(undefined)
    const outcome = await signIn(String(fields.get('username')), String(fields.get('password'))).catch(
      () => 'failed' as const,
    )
    // A whole page load: everything the visitor saw before is fetched again as the person.
    if (outcome === 'signed-in') return window.location.assign(next)
    setBusy(false)
    setProblem(outcome)
    password.current?.focus()
    password.current?.select()
  }

  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4">
      {problem && (
        <Banner role="alert" tone="bad" title={t(`problems.${problem}.title`)}>
          {t(`problems.${problem}.help`)}
        </Banner>
      )}
      <TextField
        label={t('username')}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={255}
        ref={username}
      />
      <TextField
        label={t('password')}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        maxLength={128}
        ref={password}
      />
      <Button type="submit" variant="primary" busy={busy} disabled={!ready} className="w-full">
        {t('submit')}
      </Button>
    </form>
  )
}
