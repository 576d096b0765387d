'use client'
import type { Schemas } from '@berth/contract'
import { Button, FormErrorSummary, TextAreaField, TextField, useNotify } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import type { FormEvent } from 'react'
import { useApiQuery } from '@/data/use-api.ts'
import { useCrumbName } from '@/features/frame/crumb-names.ts'
import { FormButtons } from '@/features/frame/form-buttons.tsx'
import { nameClash } from '@/features/frame/name-clash.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useDraft } from '@/features/frame/use-draft.ts'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { robotInput, robotsPath } from '@/features/robots/robot-facts.ts'
import { ClaimRows } from './claim-rows.tsx'
import {
  fieldIds,
  fromTrust,
  newTrust,
  rowsOf,
  templateNames,
  templates,
  toTrustBody,
  trustProblems,
} from './trust-draft.ts'
import { trustCalls, useTrustChange, useTrusts } from './use-trusts.ts'

type Props = { project: string | null; robotId: number; trustId?: number }

/** A new trust, or the one with this id. */
export function TrustForm({ trustId, ...props }: Props) {
  const query = useTrusts(props.project, props.robotId)
  const trust = query.data?.data.find(({ id }) => id === trustId)
  if (trustId !== undefined && !trust) return <ProblemBanner error={query.error} />
  return <Form {...props} {...(trust && { trust })} />
}

type FormProps = { project: string | null; robotId: number; trust?: Schemas['IdentityTrust'] }

function Form({ project, robotId, trust }: FormProps) {
  const t = useTranslations('identityTrusts')
  const notify = useNotify()
  const frozen = useSystemReadOnly()
  const router = useRouter()
  const robot = useApiQuery('GetRobotByID', robotInput(robotId)).data?.data.name ?? ''
  const { draft, change, problems, errorOf, attempt, attempts } = useDraft(
    () => (trust ? fromTrust(trust) : newTrust),
    { save: trustProblems },
    (problem) => t(`problems.${problem}`),
  )
  const save = useTrustChange((body: Schemas['IdentityTrustInput']) =>
    trust
      ? trustCalls(project).update(trust.id, body)
      : trustCalls(project).create({ ...body, robot_id: robotId }),
  )
  const { clashes, taken } = nameClash(save.error, save.variables?.name, draft.name)
  const ofRobot = `${robotsPath(project)}/${robotId}`
  const list = `${ofRobot}/trusts`
  useCrumbName(ofRobot, robot)
  useCrumbName(`${list}/${trust?.id}`, trust?.name)

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    if (!attempt('save') || save.isPending) return
    save.mutate(toTrustBody(draft), {
      onSuccess: () => {
        notify('good', t('form.saved', { name: draft.name.trim() }))
        router.push(list)
      },
    })
  }

  const text = (name: 'name' | 'issuer' | 'audience') => ({
    label: t(`form.${name}`),
    help: t(`form.${name}Help`),
    value: draft[name],
    onChange: (event: { target: { value: string } }) => change({ [name]: event.target.value }),
    maxLength: 255,
    autoComplete: 'off',
    autoCapitalize: 'none',
    spellCheck: false,
  })

  return (
    <Section
      title={t(trust ? 'form.editTitle' : 'form.newTitle')}
      description={t('form.description', { robot })}
    >
      <form noValidate onSubmit={onSubmit} className="flex max-w-160 flex-col gap-5">
        <FormErrorSummary problems={problems} attempt={attempts} />
        {!clashes && <ProblemBanner error={save.error} />}
        {!trust && (
          <fieldset className="flex flex-wrap items-center gap-2">
            <legend className="pb-1 text-13 font-medium">{t('form.template')}</legend>
            {templateNames.map((name) => (
              <Button
                key={name}
                onClick={() =>
                  change({ issuer: templates[name].issuer, claims: rowsOf(templates[name].claims) })
                }
              >
                {t(`templates.${name}`)}
              </Button>
            ))}
          </fieldset>
        )}
        <TextField
          id={fieldIds.name}
          error={taken ? t('form.taken', { name: draft.name }) : errorOf(fieldIds.name)}
          required
          {...text('name')}
        />
        <TextField
          id={fieldIds.issuer}
          error={errorOf(fieldIds.issuer)}
          required
          inputMode="url"
          className="font-mono text-13"
          {...text('issuer')}
        />
        <ClaimRows rows={draft.claims} onChange={(claims) => change({ claims })} errorOf={errorOf} />
        <TextField note={t('form.optional')} className="font-mono text-13" {...text('audience')} />
        <details open={draft.ca !== '' || undefined}>
          <summary className="w-fit rounded-md text-13 text-accent">{t('form.ownCa')}</summary>
          <div className="mt-2">
            <TextAreaField
              label={t('form.ca')}
              help={t('form.caHelp')}
              value={draft.ca}
              onChange={(event) => change({ ca: event.target.value })}
              rows={5}
              spellCheck={false}
              autoComplete="off"
              className="font-mono text-12"
            />
          </div>
        </details>
        <FormButtons
          label={t(trust ? 'form.save' : 'form.create')}
          busy={save.isPending}
          frozen={frozen}
          cancelHref={list}
        />
      </form>
    </Section>
  )
}
