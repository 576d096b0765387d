'use client'
import type { Schemas } from '@berth/contract'
import { Banner, Checkbox, FormErrorSummary, Switch, TextField, useNotify } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { FormButtons } from '@/features/frame/form-buttons.tsx'
import { nameClash } from '@/features/frame/name-clash.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useDraft } from '@/features/frame/use-draft.ts'
import { GlobHelp } from '@/features/immutable-rules/glob-help.tsx'
import { projectInput } from '@/features/projects/project-input.ts'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { EventChoice } from './event-choice.tsx'
import { HeaderRows } from './header-rows.tsx'
import { KindChoice } from './kind-choice.tsx'
import {
  fromPolicy,
  needsSecretsAgain,
  newWebhook,
  toWebhookBody,
  webhookFieldIds,
  webhookProblems,
} from './policy-draft.ts'
import { webhookInput, webhooksPath } from './webhook-input.ts'

type Props = { project: string; policy?: Schemas['WebhookPolicy'] }

/** A new webhook, or a change of this one. */
export function WebhookForm({ project, policy }: Props) {
  const t = useTranslations('webhooks.form')
  const notify = useNotify()
  const router = useRouter()
  const frozen = useSystemReadOnly()
  const create = useApiMutation('CreateWebhookPolicyOfProject', ['ListWebhookPoliciesOfProject'])
  const update = useApiMutation('UpdateWebhookPolicyOfProject', [
    'ListWebhookPoliciesOfProject',
    'GetWebhookPolicyOfProject',
  ])
  const save = policy ? update : create
  const [start] = useState(() => (policy ? fromPolicy(policy) : newWebhook))
  const { draft, change, problems, errorOf, attempt, attempts } = useDraft(
    () => start,
    { save: webhookProblems },
    (problem) => t(`problems.${problem}`),
  )
  const { clashes, taken } = nameClash(save.error, save.variables?.body.name, draft.name)
  const secretsAgain = needsSecretsAgain(draft, start)
  const others = (policy?.targets?.length ?? 1) - 1
  const text = (name: 'name' | 'description' | 'address' | 'authHeader' | 'repositories' | 'tags') => ({
    label: t(name),
    help: t(`${name}Help`),
    value: draft[name],
    onChange: (event: { target: { value: string } }) => change({ [name]: event.target.value }),
    autoComplete: 'off',
    spellCheck: false,
  })

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    if (!attempt('save') || secretsAgain || save.isPending) return
    const body = toWebhookBody(draft, policy)
    if (policy) {
      update.mutate(
        { ...webhookInput(project, policy.id ?? 0), body },
        { onSuccess: () => notify('good', t('saved', { name: draft.name })) },
      )
      return
    }
    create.mutate(
      { ...projectInput(project), body },
      {
        onSuccess: ({ headers }) => {
          notify('good', t('created', { name: draft.name }))
          const id = headers.get('location')?.split('/').at(-1)
          // There it can be signed and tried.
          router.push(id ? `${webhooksPath(project)}/${id}` : webhooksPath(project))
        },
      },
    )
  }

  return (
    <Section title={t(policy ? 'editTitle' : 'newTitle')}>
      <form noValidate onSubmit={onSubmit} className="flex max-w-160 flex-col gap-5">
        <FormErrorSummary problems={problems} attempt={attempts} />
        {!clashes && <ProblemBanner error={save.error} />}
        <TextField
          id={webhookFieldIds.name}
          error={taken ? t('taken', { name: draft.name }) : errorOf(webhookFieldIds.name)}
          required
          maxLength={255}
          {...text('name')}
        />
        <TextField note={t('optional')} maxLength={1024} {...text('description')} />
        <EventChoice
          project={project}
          value={draft.events}
          onChange={(events) => change({ events })}
          error={errorOf(webhookFieldIds.events)}
        />
        <KindChoice draft={draft} onChange={change} />
        <TextField
          id={webhookFieldIds.address}
          error={errorOf(webhookFieldIds.address)}
          required
          inputMode="url"
          maxLength={2048}
          className="font-mono text-13"
          {...text('address')}
        />
        {secretsAgain && <Banner role="status" tone="warn" title={t('secretsAgain')} />}
        {others > 0 && <p className="text-13 text-ink-2">{t('others', { count: others })}</p>}
        {draft.kind === 'http' && (
          <>
            <TextField note={t('optional')} className="font-mono text-13" {...text('authHeader')} />
            <HeaderRows
              rows={draft.headers}
              onChange={(headers) => change({ headers })}
              error={errorOf(webhookFieldIds.headers)}
            />
          </>
        )}
        <Checkbox
          label={t('skipCertVerify')}
          help={t('skipCertVerifyHelp')}
          checked={draft.skipCertVerify}
          onChange={(event) => change({ skipCertVerify: event.target.checked })}
        />
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField
            note={t('optional')}
            maxLength={255}
            className="font-mono text-13"
            {...text('repositories')}
          />
          <TextField note={t('optional')} maxLength={255} className="font-mono text-13" {...text('tags')} />
        </div>
        <GlobHelp />
        <Switch
          label={t('enabled')}
          help={t('enabledHelp')}
          checked={draft.enabled}
          onChange={(event) => change({ enabled: event.target.checked })}
        />
        <FormButtons
          label={t(policy ? 'save' : 'create')}
          busy={save.isPending}
          frozen={frozen}
          cancelHref={webhooksPath(project)}
        />
      </form>
    </Section>
  )
}
