'use client'
import type { Schemas } from '@berth/contract'
import { ButtonLink, FormErrorSummary, TextAreaField, TextField, useNotify } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, lazy, Suspense, useState } from 'react'
import { useApiMutation, useApiQuery } from '@/data/use-api.ts'
import { FormButtons } from '@/features/frame/form-buttons.tsx'
import { nameClash } from '@/features/frame/name-clash.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useDraft } from '@/features/frame/use-draft.ts'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { ExpiryField } from './expiry-field.tsx'
import { PlaceFields } from './place-fields.tsx'
import {
  FOR_EVER,
  fieldIds,
  fromRobot,
  MAX_DESCRIPTION,
  newPlace,
  newRobot,
  robotProblems,
  toBody,
} from './robot-draft.ts'
import { robotsPath } from './robot-facts.ts'
import type { SystemParts } from './system-parts.ts'

const RobotSecret = lazy(() => import('./robot-secret.tsx'))

type Props = {
  /** Null: a robot of the system, with the parts that only such ones have. */
  project: string | null
  robot?: Schemas['Robot']
  parts?: SystemParts
}

/** A new robot, or a change of this one. */
export function RobotForm({ project, robot, parts }: Props) {
  const t = useTranslations('robots')
  const notify = useNotify()
  const frozen = useSystemReadOnly()
  const router = useRouter()
  const [start] = useState(() => (robot ? fromRobot(robot) : newRobot(project)))
  const { draft, change, problems, tried, errorOf, attempt, attempts } = useDraft(
    () => start,
    { save: (draft) => robotProblems(draft, !robot) },
    (problem) => t(`problems.${problem}`),
  )
  const grantable = useApiQuery('getPermissions', {}).data?.data
  const create = useApiMutation('CreateRobot', ['ListRobot'])
  const update = useApiMutation('UpdateRobot', ['ListRobot', 'GetRobotByID'])
  const save = robot ? update : create
  const { clashes, taken } = nameClash(save.error, create.variables?.body.name, draft.name)
  const list = robotsPath(project)

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    if (!attempt('save') || save.isPending) return
    const { permissions, ...body } = toBody(draft)
    if (!robot) {
      const level = project === null ? 'system' : 'project'
      create.mutate({ body: { ...body, permissions, name: draft.name.trim(), level } })
      return
    }
    // Rights that stay are not sent: whoever changes the description need not hold them all.
    const sameRights = draft.places === start.places && draft.system === start.system
    update.mutate(
      { path: { robot_id: robot.id ?? 0 }, body: { ...body, ...(!sameRights && { permissions }) } },
      {
        onSuccess: () => {
          notify('good', t('form.saved', { name: robot.name ?? '' }))
          router.push(list)
        },
      },
    )
  }

  const made = create.data?.data
  if (made?.secret)
    return (
      <Section title={t('form.made', { name: made.name ?? '' })}>
        <div className="flex flex-col gap-4">
          <Suspense>
            <RobotSecret name={made.name ?? ''} secret={made.secret} />
          </Suspense>
          <div>
            <ButtonLink variant="primary" href={list}>
              {t('form.toList')}
            </ButtonLink>
          </div>
        </div>
      </Section>
    )

  return (
    <form noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
      <FormErrorSummary problems={problems} attempt={attempts} />
      {taken && (
        <p role="alert" className="text-13 text-bad">
          {t('form.taken', { name: draft.name })}
        </p>
      )}
      {!clashes && <ProblemBanner error={save.error} />}
      <Section title={t('form.about')}>
        <div className="flex max-w-120 flex-col gap-4">
          {!robot && (
            <TextField
              id={fieldIds.name}
              label={t('form.name')}
              help={project === null ? t('form.nameHelp') : t('form.nameHelpProject', { project })}
              error={errorOf(fieldIds.name)}
              value={draft.name}
              onChange={(event) => change({ name: event.target.value })}
              required
              maxLength={255}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              className="font-mono text-13"
            />
          )}
          <TextAreaField
            label={t('form.description')}
            note={t('form.optional')}
            value={draft.description}
            onChange={(event) => change({ description: event.target.value })}
            maxLength={MAX_DESCRIPTION}
            rows={2}
          />
          <ExpiryField
            value={draft.days}
            onChange={(days) => change({ days })}
            error={errorOf(fieldIds.days)}
            help={t(`expiry.${robot ? 'fromCreation' : draft.days === FOR_EVER ? 'neverHelp' : 'help'}`)}
          />
        </div>
      </Section>
      {draft.places.map((place) => (
        <PlaceFields
          key={place.key}
          place={place}
          project={project}
          parts={parts}
          grantable={grantable?.project ?? []}
          fieldId={`${fieldIds.place}-${place.key}`}
          tried={tried}
          error={errorOf(`${fieldIds.place}-${place.key}`)}
          onChange={(changed) =>
            change({ places: draft.places.map((one) => (one.key === place.key ? changed : one)) })
          }
          onRemove={
            project === null
              ? () => change({ places: draft.places.filter((one) => one.key !== place.key) })
              : undefined
          }
        />
      ))}
      {parts && (
        <parts.SystemFields
          grantable={grantable?.system ?? []}
          value={draft.system}
          onChange={(system) => change({ system })}
          error={errorOf(fieldIds.more)}
          onAddPlace={() =>
            change({
              places: [
                ...draft.places,
                newPlace(Math.max(-1, ...draft.places.map(({ key }) => key)) + 1, null),
              ],
            })
          }
        />
      )}
      <FormButtons
        label={t(robot ? 'form.save' : 'form.create')}
        busy={save.isPending}
        frozen={frozen}
        cancelHref={list}
      />
    </form>
  )
}
