'use client'
import { ApiError } from '@berth/contract'
import { Banner, Button, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type FormEvent, useEffect, useState } from 'react'
import { api } from '@/data/use-api.ts'
import { type UserFields, userProblems } from '@/features/users/user-rules.ts'
import { signIn } from './sign-in.ts'

const none: UserFields = { username: '', email: '', realname: '', password: '' }
type Refusal = 'taken' | 'too-many' | 'refused' | 'failed'

/** An account for oneself, where the installation lets people make one; then it is signed in with. */
export function SignUpForm({ next }: { next: string }) {
  const t = useTranslations('sessions.signUp')
  const u = useTranslations('users.form')
  const [fields, setFields] = useState(none)
  const [problems, setProblems] = useState<ReturnType<typeof userProblems>>({})
  const [busy, setBusy] = useState(false)
  const [ready, setReady] = useState(false)
  const [refusal, setRefusal] = useState<Refusal>()
  // A press before the page is alive would send the form the browser's own way, with the password in the URL.
  useEffect(() => setReady(true), [])
  const field = (name: keyof UserFields) => ({
    id: `sign-up-${name}`,
    name,
    value: fields[name],
    error: problems[name] && u(problems[name]),
    onChange: (event: { target: { value: string } }) =>
      setFields((now) => ({ ...now, [name]: event.target.value })),
  })

  async function onSubmit(event: FormEvent) {
    event.preventDefault()
    if (busy) return
    const found = userProblems(fields)
    setProblems(found)
    const [first] = Object.keys(found)
    if (first) return document.getElementById(`sign-up-${first}`)?.focus()
    setBusy(true)
    setRefusal(undefined)
    const username = fields.username.trim()
    try {
      await api.call('createUser', { body: { ...fields, username, realname: fields.realname || username } })
      await signIn(username, fields.password, '')
      window.location.assign(next)
    } catch (error) {
      setBusy(false)
      setRefusal(refusalOf(error))
    }
  }

  return (
    <form noValidate method="post" onSubmit={onSubmit} className="flex flex-col gap-4">
      {refusal && (
        <Banner role="alert" tone="bad" title={t(`problems.${refusal}.title`)}>
          {t(`problems.${refusal}.help`)}
        </Banner>
      )}
      <TextField
        label={u('username')}
        help={u('usernameHelp')}
        required
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={255}
        {...field('username')}
      />
      <TextField
        label={u('realname')}
        note={u('optional')}
        autoComplete="name"
        maxLength={255}
        {...field('realname')}
      />
      <TextField
        label={u('email')}
        type="email"
        required
        autoComplete="email"
        maxLength={255}
        {...field('email')}
      />
      <TextField
        label={u('password')}
        help={u('passwordRule')}
        type="password"
        required
        autoComplete="new-password"
        maxLength={128}
        {...field('password')}
      />
      <Button type="submit" variant="primary" busy={busy} disabled={!ready} className="w-full">
        {t('submit')}
      </Button>
    </form>
  )
}

function refusalOf(error: unknown): Refusal {
  if (!(error instanceof ApiError)) return 'failed'
  if (error.status === 409) return 'taken'
  if (error.status === 429) return 'too-many'
  return error.status < 500 ? 'refused' : 'failed'
}
