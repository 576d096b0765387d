'use client'
import { ApiError } from '@berth/contract'
import { FormErrorSummary, TextField, useNotify } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { FormButtons } from '@/features/frame/form-buttons.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { type UserFields, userProblems } from './user-rules.ts'

const none: UserFields = { username: '', email: '', realname: '', password: '' }

export function NewUserForm() {
  const t = useTranslations('users')
  const notify = useNotify()
  const router = useRouter()
  const create = useApiMutation('createUser', ['listUsers'])
  const frozen = useSystemReadOnly()
  const [fields, setFields] = useState(none)
  const [problems, setProblems] = useState<ReturnType<typeof userProblems>>({})
  const taken = create.error instanceof ApiError && create.error.status === 409
  const field = (name: keyof UserFields) => ({
    id: `user-${name}`,
    name,
    value: fields[name],
    error: problems[name] && t(`form.${problems[name]}`),
    onChange: (event: { target: { value: string } }) =>
      setFields((now) => ({ ...now, [name]: event.target.value })),
  })

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    if (create.isPending) return
    const found = userProblems(fields)
    setProblems(found)
    create.reset()
    if (Object.keys(found).length > 0) return
    const username = fields.username.trim()
    create.mutate(
      { body: { ...fields, username, realname: fields.realname || username } },
      {
        onSuccess: () => {
          notify('good', t('form.done', { name: username }))
          router.push('/users')
        },
      },
    )
  }

  return (
    <form noValidate onSubmit={onSubmit} className="flex max-w-120 flex-col gap-4">
      <FormErrorSummary
        attempt={create.error ?? problems}
        problems={[
          ...Object.entries(problems).map(([name, key]) => ({
            fieldId: `user-${name}`,
            message: t(`form.${key}`),
          })),
          ...(taken ? [{ fieldId: 'user-username', message: t('form.taken') }] : []),
        ]}
      />
      {!taken && <ProblemBanner error={create.error} />}
      <TextField
        label={t('form.username')}
        help={t('form.usernameHelp')}
        required
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={255}
        {...field('username')}
      />
      <TextField
        label={t('form.realname')}
        note={t('form.optional')}
        autoComplete="off"
        maxLength={255}
        {...field('realname')}
      />
      <TextField
        label={t('form.email')}
        type="email"
        required
        autoComplete="off"
        maxLength={255}
        {...field('email')}
      />
      <TextField
        label={t('form.password')}
        help={t('form.passwordRule')}
        type="password"
        required
        autoComplete="new-password"
        {...field('password')}
      />
      <FormButtons label={t('form.submit')} busy={create.isPending} frozen={frozen} cancelHref="/users" />
    </form>
  )
}
