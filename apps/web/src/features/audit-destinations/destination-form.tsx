'use client'
import type { Schemas } from '@berth/contract'
import { Checkbox, FormErrorSummary, SelectField, TextField, Time, useNotify } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import type { FormEvent } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { CertificatesField } from '@/features/frame/certificates-field.tsx'
import { FormButtons } from '@/features/frame/form-buttons.tsx'
import { nameClash } from '@/features/frame/name-clash.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { Section } from '@/features/frame/section.tsx'
import { useDraft } from '@/features/frame/use-draft.ts'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import {
  type DestinationDraft,
  destinationFieldIds,
  destinationProblems,
  fromDestination,
  newDestination,
  replacesKey,
  toDestinationBody,
} from './destination-draft.ts'
import { destinationsPath } from './destination-list.tsx'

const overlapHours = ['0', '1', '24', '168']

/** A new destination, or a change of this one. */
export function DestinationForm({ destination }: { destination?: Schemas['AuditDestination'] }) {
  const t = useTranslations('auditDestinations.form')
  const notify = useNotify()
  const router = useRouter()
  const frozen = useSystemReadOnly()
  const create = useApiMutation('createAuditDestination', ['listAuditDestinations'])
  const update = useApiMutation('updateAuditDestination', ['listAuditDestinations', 'getAuditDestination'])
  const save = destination ? update : create
  const known = destination?.auth !== 'none' ? destination?.address : undefined
  const { draft, change, problems, errorOf, attempt, attempts } = useDraft(
    () => (destination ? fromDestination(destination) : newDestination),
    { save: (draft) => destinationProblems(draft, known) },
    (problem) => t(`problems.${problem}`),
  )
  const { clashes, taken } = nameClash(save.error, save.variables?.body.name, draft.name)

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    if (!attempt('save') || save.isPending) return
    const body = toDestinationBody(draft, destination)
    const then = {
      onSuccess: () => {
        notify('good', t('saved', { name: body.name }))
        router.push(destinationsPath)
      },
    }
    if (destination) update.mutate({ path: { audit_destination_id: destination.id ?? 0 }, body }, then)
    else create.mutate({ body }, then)
  }

  return (
    <Section title={t(destination ? 'editTitle' : 'newTitle')} description={t('description')}>
      <form noValidate onSubmit={onSubmit} className="flex max-w-160 flex-col gap-5">
        <FormErrorSummary problems={problems} attempt={attempts} />
        {!clashes && <ProblemBanner error={save.error} />}
        <TextField
          id={destinationFieldIds.name}
          label={t('name')}
          error={taken ? t('taken', { name: draft.name }) : errorOf(destinationFieldIds.name)}
          value={draft.name}
          onChange={(event) => change({ name: event.target.value })}
          required
          maxLength={255}
          autoComplete="off"
        />
        <SelectField
          label={t('kind')}
          help={t(`kindHelp.${draft.kind}`)}
          value={draft.kind}
          onChange={(event) => change({ kind: event.target.value as DestinationDraft['kind'] })}
          options={(['syslog', 'http'] as const).map((value) => ({ value, label: t(`kinds.${value}`) }))}
        />
        <TextField
          id={destinationFieldIds.address}
          label={t('address')}
          help={t(`addressHelp.${draft.kind}`)}
          error={errorOf(destinationFieldIds.address)}
          value={draft.address}
          onChange={(event) => change({ address: event.target.value })}
          required
          maxLength={2048}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          className="font-mono text-13"
        />
        {draft.kind === 'syslog' ? (
          <Checkbox
            label={t('tls')}
            help={t('tlsHelp')}
            checked={draft.tls}
            onChange={(event) => change({ tls: event.target.checked })}
          />
        ) : (
          <>
            <SelectField
              label={t('auth')}
              help={t(`authHelp.${draft.auth}`)}
              value={draft.auth}
              onChange={(event) => change({ auth: event.target.value as DestinationDraft['auth'] })}
              options={(['none', 'bearer', 'hmac'] as const).map((value) => ({
                value,
                label: t(`auths.${value}`),
              }))}
            />
            {draft.auth !== 'none' && (
              <TextField
                id={destinationFieldIds.secret}
                label={t('secret')}
                help={known ? t('secretKept') : undefined}
                error={errorOf(destinationFieldIds.secret)}
                type="password"
                value={draft.secret}
                onChange={(event) => change({ secret: event.target.value })}
                autoComplete="off"
                maxLength={4096}
              />
            )}
            {replacesKey(draft, destination) && (
              <SelectField
                label={t('overlap')}
                help={t('overlapHelp')}
                value={draft.overlapHours}
                onChange={(event) => change({ overlapHours: event.target.value })}
                options={overlapHours.map((value) => ({
                  value,
                  label: t('hours', { count: Number(value) }),
                }))}
              />
            )}
            {destination?.previous_secret_until && (
              <p className="text-13 text-ink-2">
                {t.rich('previousKey', { at: () => <Time at={destination.previous_secret_until} /> })}
              </p>
            )}
          </>
        )}
        <details open={draft.ca !== '' || undefined}>
          <summary className="w-fit rounded-md text-13 text-accent">{t('ownCa')}</summary>
          <div className="mt-2">
            <CertificatesField
              id={destinationFieldIds.ca}
              label={t('ca')}
              help={t('caHelp')}
              error={errorOf(destinationFieldIds.ca)}
              value={draft.ca}
              onChange={(event) => change({ ca: event.target.value })}
            />
          </div>
        </details>
        {!destination && (
          <Checkbox
            label={t('fromBeginning')}
            help={t('fromBeginningHelp')}
            checked={draft.fromBeginning}
            onChange={(event) => change({ fromBeginning: event.target.checked })}
          />
        )}
        <FormButtons
          label={t(destination ? 'save' : 'create')}
          busy={save.isPending}
          frozen={frozen}
          cancelHref={destinationsPath}
        />
      </form>
    </Section>
  )
}
