'use client'
import { ApiError } from '@berth/contract'
import { Select, Switch, TextField, useNotify } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { FormButtons } from '@/features/frame/form-buttons.tsx'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { projectInput } from '@/features/projects/project-input.ts'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { GlobHelp } from './glob-help.tsx'
import { type Decoration, fromRule, newRule, type RuleDraft, rulesInput, toBody } from './rule-draft.ts'
import { RulePreview } from './rule-preview.tsx'

/** A new rule, or the one with this id. Beside the fields stands what the rule would cover. */
export function RuleForm({ project, ruleId }: { project: string; ruleId?: number }) {
  const rules = useApiQuery('ListImmuRules', rulesInput(project), { enabled: ruleId !== undefined })
  const rule = rules.data?.data.find(({ id }) => id === ruleId)
  if (ruleId !== undefined && !rule) return <ProblemBanner error={rules.error} />
  return <Form project={project} ruleId={ruleId} start={rule ? fromRule(rule) : newRule} />
}

function Form({ project, ruleId, start }: { project: string; ruleId?: number; start: RuleDraft }) {
  const t = useTranslations('immutableRules')
  const notify = useNotify()
  const router = useRouter()
  const create = useApiMutation('CreateImmuRule', ['ListImmuRules'])
  const update = useApiMutation('UpdateImmuRule', ['ListImmuRules'])
  const save = ruleId === undefined ? create : update
  const frozen = useSystemReadOnly()
  const [draft, setDraft] = useState(start)
  const [tried, setTried] = useState(false)
  const same = save.error instanceof ApiError && save.error.status === 409
  const list = `/projects/${encodeURIComponent(project)}/policies/immutable-rules`
  const incomplete = draft.tag.pattern === '' || draft.repository.pattern === ''

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    if (incomplete || save.isPending) return
    const { path, headers } = projectInput(project)
    const then = {
      onSuccess: () => {
        notify('good', t(ruleId === undefined ? 'form.created' : 'form.saved'))
        router.push(list)
      },
    }
    const body = toBody(draft)
    if (ruleId === undefined) create.mutate({ path, headers, body }, then)
    else update.mutate({ path: { ...path, immutable_rule_id: ruleId }, headers, body }, then)
  }

  const selector = (part: 'repository' | 'tag') => (
    <div className="flex flex-wrap items-start gap-2">
      <div className="flex flex-col gap-1">
        <span aria-hidden="true" className="text-13 font-medium">
          {t(`form.${part}`)}
        </span>
        <Select
          aria-label={t(`form.${part}Decoration`)}
          value={draft[part].decoration}
          onChange={(event) =>
            setDraft({ ...draft, [part]: { ...draft[part], decoration: event.target.value as Decoration } })
          }
          options={(['matches', 'excludes'] as const).map((value) => ({ value, label: t(value) }))}
        />
      </div>
      <div className="min-w-40 flex-1">
        <TextField
          label={t(`form.${part}Pattern`)}
          help={t(`form.${part}Help`)}
          error={tried && draft[part].pattern === '' ? t('form.patternMissing') : undefined}
          value={draft[part].pattern}
          onChange={(event) =>
            setDraft({ ...draft, [part]: { ...draft[part], pattern: event.target.value } })
          }
          required
          maxLength={255}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          className="font-mono text-13"
        />
      </div>
    </div>
  )

  return (
    <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <Section title={t(ruleId === undefined ? 'form.newTitle' : 'form.editTitle')}>
        <form noValidate onSubmit={onSubmit} className="flex flex-col gap-5">
          <ProblemBanner error={same ? undefined : save.error} />
          {same && (
            <p role="alert" className="text-13 text-bad">
              {t('form.same')}
            </p>
          )}
          {selector('repository')}
          {selector('tag')}
          <Switch
            label={t('form.enabled')}
            help={t('form.enabledHelp')}
            checked={!draft.disabled}
            onChange={(event) => setDraft({ ...draft, disabled: !event.target.checked })}
          />
          <GlobHelp />
          <FormButtons
            label={t(ruleId === undefined ? 'form.create' : 'form.save')}
            busy={save.isPending}
            frozen={frozen}
            cancelHref={list}
          />
        </form>
      </Section>
      <RulePreview project={project} draft={draft} />
    </div>
  )
}
