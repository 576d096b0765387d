'use client'
import { Banner, Button, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { type Problem, signIn } from './sign-in.ts'

export function SignInForm({ next }: { next: string }) {
  const t = useTranslations('sessions')
  const [busy, setBusy] = useState(false)
  const [ready, setReady] = useState(false)
  const [problem, setProblem] = useState<Problem | 'code-refused'>()
  // The password was right: what is asked now is a code.
  const [second, setSecond] = useState(false)
  const username = useRef<HTMLInputElement>(null)
  const password = useRef<HTMLInputElement>(null)
  const code = useRef<HTMLInputElement>(null)
  // A press before the page is alive would send the form the browser's own way, with the password in the URL.
  useEffect(() => {
    setReady(true)
    // The page is for one thing; whoever has begun elsewhere is left alone.
    if (document.activeElement === document.body) username.current?.focus()
  }, [])

  useEffect(() => {
    if (second) code.current?.focus()
  }, [second])

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const fields = new FormData(event.currentTarget)
    setBusy(true)
    setProblem(undefined)
    const outcome = await signIn(
      String(fields.get('username')),
      String(fields.get('password')),
      String(fields.get('code') ?? '').trim(),
    ).catch(() => 'failed' as const)
    // A whole page load: everything the visitor saw before is fetched again as the person.
    if (outcome === 'signed-in') return window.location.assign(next)
    setBusy(false)
    if (outcome === 'second-factor') return setSecond(true)
    setProblem(second && outcome === 'refused' ? 'code-refused' : outcome)
    const field = second ? code : password
    field.current?.focus()
    field.current?.select()
  }

  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4">
      {problem && (
        <Banner role="alert" tone="bad" title={t(`problems.${problem}.title`)}>
          {t(`problems.${problem}.help`)}
        </Banner>
      )}
      {/* They stay: the code is sent together with them. */}
      <div className={second ? 'hidden' : 'flex flex-col gap-4'}>
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
      </div>
      {second && (
        <TextField
          label={t('code')}
          help={t('codeHelp')}
          name="code"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={32}
          ref={code}
        />
      )}
      <Button type="submit" variant="primary" busy={busy} disabled={!ready} className="w-full">
        {t('submit')}
      </Button>
      {second && (
        <Button
          className="w-full"
          onClick={() => {
            setSecond(false)
            setProblem(undefined)
          }}
        >
          {t('back')}
        </Button>
      )}
    </form>
  )
}
