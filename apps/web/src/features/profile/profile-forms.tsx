'use client'
import { ApiError } from '@berth/contract'
import { Button, CommandBlock, FormErrorSummary, Icon, TextAreaField, TextField, useNotify } from '@berth/ui'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { AfterLoad } from '@/features/frame/after-load.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { useViewer } from '@/features/frame/providers.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { emailIsPlausible, passwordIsStrong } from '@/features/users/user-rules.ts'

// Beneath the fold, and not part of the page's first load.
const AccessTokenList = dynamic(() => import('@/features/access-tokens/access-token-list.tsx'))
const SecondFactor = dynamic(() => import('@/features/second-factors/second-factor.tsx'))
const SessionList = dynamic(() => import('@/features/sessions/session-list.tsx'))
// Nobody with a password here has one.
const CliSecret = dynamic(() => import('@/features/oidc-accounts/cli-secret.tsx'))

export function ProfileForms() {
  const t = useTranslations('profile')
  const viewer = useViewer()
  const host = useApiQuery('getSystemInfo', {}).data?.data.registry_url
  if (!viewer) return null
  return (
    <div className="flex max-w-180 flex-col gap-4">
      <Section title={t('details')}>
        <Details />
      </Section>
      {viewer.auth_source === 'oidc' && <CliSecret />}
      {(viewer.auth_source ?? 'local') === 'local' && (
        <Section title={t('password')} description={t('passwordHelp')}>
          <Password />
        </Section>
      )}
      {host && (
        <CommandBlock
          label={t('signIn')}
          commands={['docker', 'podman', 'skopeo', 'nerdctl'].map((tool) => ({
            tool,
            command: `${tool} login -u ${viewer.username} ${host}`,
          }))}
        />
      )}
      <AfterLoad>
        <AccessTokenList />
        <SecondFactor />
        <SessionList />
      </AfterLoad>
    </div>
  )
}

function Details() {
  const t = useTranslations('profile')
  const users = useTranslations('users.form')
  const viewer = useViewer()
  const router = useRouter()
  const frozen = useSystemReadOnly()
  const update = useApiMutation('updateUserProfile', ['getCurrentUserInfo'])
  const before = {
    realname: viewer?.realname ?? '',
    email: viewer?.email ?? '',
    comment: viewer?.comment ?? '',
  }
  const [saved, setSaved] = useState(before)
  const [fields, setFields] = useState(before)
  const [wrongEmail, setWrongEmail] = useState(false)
  const dirty = (['realname', 'email', 'comment'] as const).some((name) => fields[name] !== saved[name])
  const field = (name: keyof typeof before) => ({
    id: `profile-${name}`,
    value: fields[name],
    onChange: (event: { target: { value: string } }) =>
      setFields((now) => ({ ...now, [name]: event.target.value })),
  })
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    const wrong = !emailIsPlausible(fields.email)
    setWrongEmail(wrong)
    if (!viewer || wrong) return
    update.mutate(
      { path: { user_id: viewer.user_id }, body: fields },
      {
        onSuccess: () => {
          setSaved(fields)
          router.refresh()
        },
      },
    )
  }
  return (
    <form noValidate onSubmit={onSubmit} className="flex max-w-120 flex-col gap-4">
      <ProblemBanner error={update.error} />
      <TextField label={t('realname')} autoComplete="name" maxLength={255} {...field('realname')} />
      <TextField
        label={t('email')}
        type="email"
        autoComplete="email"
        maxLength={255}
        error={wrongEmail ? users('emailInvalid') : undefined}
        {...field('email')}
      />
      <TextAreaField label={t('comment')} maxLength={255} {...field('comment')} />
      <div className="flex items-center gap-3">
        <Button
          variant="primary"
          type="submit"
          busy={update.isPending}
          disabled={frozen || (!dirty && !update.isPending)}
        >
          {t('save')}
        </Button>
        <span role="status" className="flex items-center gap-1 text-13 text-ink-2">
          {dirty && t('unsaved')}
          {!dirty && update.isSuccess && (
            <>
              <Icon name="check" className="text-good" />
              {t('saved')}
            </>
          )}
        </span>
      </div>
    </form>
  )
}

const empty = { old: '', next: '', repeat: '' }

function Password() {
  const t = useTranslations('profile')
  const users = useTranslations('users.form')
  const viewer = useViewer()
  const notify = useNotify()
  const frozen = useSystemReadOnly()
  const change = useApiMutation('updateUserPassword')
  const [fields, setFields] = useState(empty)
  const [checked, setChecked] = useState<Partial<typeof empty>>({})
  // The API refuses a wrong current password with 403; every other refusal is told as it comes.
  const oldWrong = change.error instanceof ApiError && [401, 403].includes(change.error.status)
  const problems: Partial<typeof empty> = oldWrong ? { ...checked, old: t('oldWrong') } : checked
  const field = (name: keyof typeof empty) => ({
    id: `password-${name}`,
    type: 'password',
    required: true,
    value: fields[name],
    error: problems[name],
    onChange: (event: { target: { value: string } }) =>
      setFields((now) => ({ ...now, [name]: event.target.value })),
  })
  function onSubmit(event: FormEvent) {
    event.preventDefault()
    const found: Partial<typeof empty> = {}
    if (fields.old === '') found.old = t('oldMissing')
    if (!passwordIsStrong(fields.next)) found.next = users('passwordWeak')
    else if (fields.next === fields.old) found.next = t('same')
    if (fields.repeat !== fields.next) found.repeat = t('mismatch')
    setChecked(found)
    change.reset()
    if (!viewer || Object.keys(found).length > 0) return
    change.mutate(
      { path: { user_id: viewer.user_id }, body: { old_password: fields.old, new_password: fields.next } },
      {
        onSuccess: () => {
          setFields(empty)
          notify('good', t('changed'))
        },
      },
    )
  }
  return (
    <form noValidate onSubmit={onSubmit} className="flex max-w-120 flex-col gap-4">
      <FormErrorSummary
        attempt={change.error ?? checked}
        problems={Object.entries(problems).map(([name, message]) => ({
          fieldId: `password-${name}`,
          message,
        }))}
      />
      {!oldWrong && <ProblemBanner error={change.error} />}
      <TextField label={t('oldPassword')} autoComplete="current-password" {...field('old')} />
      <TextField
        label={t('newPassword')}
        help={users('passwordRule')}
        autoComplete="new-password"
        {...field('next')}
      />
      <TextField label={t('repeat')} autoComplete="new-password" {...field('repeat')} />
      <div>
        <Button type="submit" busy={change.isPending} disabled={frozen}>
          {t('change')}
        </Button>
      </div>
    </form>
  )
}
