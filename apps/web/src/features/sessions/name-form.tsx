'use client'
import { Button, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { SignInProblemBanner } from './provider-sign-in.tsx'
import { chooseName } from './sign-in.ts'
import type { SignInProblem } from './sign-in-problem.ts'

/** `suggested`: the name that the provider gives. */
export function NameForm({ suggested }: { suggested: string }) {
  const t = useTranslations('sessions')
  const [busy, setBusy] = useState(false)
  const [ready, setReady] = useState(false)
  const [problem, setProblem] = useState<SignInProblem>()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    setReady(true)
    field.current?.focus()
  }, [])

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const username = String(new FormData(event.currentTarget).get('username'))
    setBusy(true)
    setProblem(undefined)
    const outcome = await chooseName(username).catch(() => 'failed' as const)
    if (outcome === undefined) return
    setBusy(false)
    setProblem(outcome)
    field.current?.focus()
  }

  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4">
      {problem && <SignInProblemBanner problem={problem} />}
      <TextField
        label={t('username')}
        help={t('name.help')}
        name="username"
        defaultValue={suggested}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        maxLength={255}
        ref={field}
      />
      <Button type="submit" variant="primary" busy={busy} disabled={!ready} className="w-full">
        {t('name.submit')}
      </Button>
    </form>
  )
}
