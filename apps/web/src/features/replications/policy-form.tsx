'use client'
import type { Schemas } from '@berth/contract'
import { Checkbox, FormErrorSummary, TextField, useNotify } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, lazy, Suspense } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { useCrumbName } from '@/features/frame/crumb-names.ts'
import { FormButtons } from '@/features/frame/form-buttons.tsx'
import { nameClash } from '@/features/frame/name-clash.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { useDraft } from '@/features/frame/use-draft.ts'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import { DestinationFields } from './destination-fields.tsx'
import { EndFields } from './end-fields.tsx'
import { FilterRows } from './filter-rows.tsx'
import { FormPart } from './form-part.tsx'
import { OptionFields } from './option-fields.tsx'
import {
  fromPolicy,
  newPolicy,
  type PolicyDraft,
  type PolicyProblem,
  policyFieldIds,
  policyProblems,
  runProblems,
  toPolicyBody,
  toPreviewBody,
} from './policy-draft.ts'
import { policyPath, replicationsPath } from './replication-input.ts'
import { TriggerFields } from './trigger-fields.tsx'
import { useEnds } from './use-ends.ts'

const PolicyPreview = lazy(() => import('./policy-preview.tsx'))

export type FieldsProps = {
  draft: PolicyDraft
  registry: Schemas['Registry'] | undefined
  change: (changes: Partial<PolicyDraft>) => void
  errorOf: (fieldId: string) => string | undefined
}

/** A new policy, or a change of this one, with what it would do beside it. */
export function PolicyForm({ policy }: { policy?: Schemas['ReplicationPolicy'] }) {
  const t = useTranslations('replications.form')
  const notify = useNotify()
  const router = useRouter()
  const frozen = useSystemReadOnly()
  const { ends, error: unlisted } = useEnds()
  const changes = ['listReplicationPolicies', 'getReplicationPolicy', 'getReplicationMap'] as const
  const create = useApiMutation('createReplicationPolicy', [...changes])
  const update = useApiMutation('updateReplicationPolicy', [...changes])
  const save = policy ? update : create
  const registryOf = ({ registryId }: PolicyDraft): Schemas['Registry'] | undefined =>
    [...ends, policy?.src_registry, policy?.dest_registry].find((end) => String(end?.id) === registryId)
  const { draft, change, problems, errorOf, attempt, attempts } = useDraft<
    PolicyDraft,
    PolicyProblem,
    'save' | 'preview'
  >(
    () =>
      policy
        ? fromPolicy(policy)
        : { ...newPolicy, registryId: ends.length === 1 ? String(ends[0]?.id) : '' },
    {
      save: (draft) => policyProblems(draft, registryOf(draft)),
      preview: (draft) => runProblems(draft, registryOf(draft)),
    },
    (problem) => t(`problems.${problem}`),
  )
  useCrumbName(policyPath(policy?.id ?? 0), policy?.name)
  const registry = registryOf(draft)
  const clash = nameClash(save.error, save.variables?.body.name, draft.name)
  const taken = clash.taken ? t('taken', { name: draft.name.trim() }) : undefined
  const fields: FieldsProps = { draft, registry, change, errorOf }

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    if (!attempt('save') || save.isPending) return
    const body = toPolicyBody(draft, registry)
    const saved = (id: number) => {
      notify('good', t('saved', { name: body.name ?? '' }))
      router.push(id ? policyPath(id) : replicationsPath)
    }
    const { id } = policy ?? {}
    if (id) update.mutate({ path: { id }, body }, { onSuccess: () => saved(id) })
    else
      create.mutate(
        { body },
        { onSuccess: ({ headers }) => saved(Number(headers.get('location')?.split('/').at(-1))) },
      )
  }

  return (
    <form
      noValidate
      onSubmit={onSubmit}
      className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,1fr)_minmax(0,400px)]"
    >
      <div className="rounded-md border border-line bg-surface">
        <FormPart>
          <FormErrorSummary
            problems={taken ? [{ fieldId: policyFieldIds.name, message: taken }, ...problems] : problems}
            attempt={`${attempts} ${save.status}`}
          />
          <TextField
            id={policyFieldIds.name}
            label={t('name')}
            error={taken ?? errorOf(policyFieldIds.name)}
            value={draft.name}
            onChange={(event) => change({ name: event.target.value })}
            required
            maxLength={255}
            autoComplete="off"
          />
          <TextField
            label={t('note')}
            note={t('optional')}
            value={draft.description}
            onChange={(event) => change({ description: event.target.value })}
            maxLength={1024}
            autoComplete="off"
          />
        </FormPart>
        <FormPart title={t('parts.ends')}>
          <ProblemBanner error={unlisted} />
          <EndFields {...fields} ends={withChosen(ends, registry)} />
        </FormPart>
        <FormPart title={t('parts.filters')}>
          <FilterRows {...fields} />
        </FormPart>
        <FormPart title={t('parts.names')}>
          <DestinationFields {...fields} />
        </FormPart>
        <FormPart title={t('parts.trigger')}>
          <TriggerFields {...fields} />
        </FormPart>
        <FormPart title={t('parts.options')}>
          <OptionFields {...fields} />
        </FormPart>
      </div>
      <div className="flex flex-col gap-4 lg:sticky lg:top-16">
        <Suspense>
          <PolicyPreview body={toPreviewBody(draft, registry, policy)} isReady={() => attempt('preview')} />
        </Suspense>
        <div className="flex flex-col gap-4 rounded-md border border-line bg-surface p-4">
          <Checkbox
            label={t('enabled')}
            help={t('enabledHelp')}
            checked={draft.enabled}
            onChange={(event) => change({ enabled: event.target.checked })}
          />
          {!clash.clashes && <ProblemBanner error={save.error} />}
          <FormButtons
            label={t(policy ? 'save' : 'create')}
            busy={save.isPending}
            frozen={frozen}
            cancelHref={policy ? policyPath(policy.id ?? 0) : replicationsPath}
          />
        </div>
      </div>
    </form>
  )
}

/** With the policy's own registry, as long as the list does not have it. */
const withChosen = (ends: Schemas['Registry'][], chosen: Schemas['Registry'] | undefined) =>
  chosen && !ends.includes(chosen) ? [...ends, chosen] : ends
