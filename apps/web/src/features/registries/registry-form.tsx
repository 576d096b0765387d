'use client'
import type { Schemas } from '@berth/contract'
import { Checkbox, FormErrorSummary, SelectField, TextAreaField, TextField, useNotify } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { useApiMutation } from '@/data/use-api.ts'
import { CertificatesField } from '@/features/frame/certificates-field.tsx'
import { useCrumbName } from '@/features/frame/crumb-names.ts'
import { FormButtons } from '@/features/frame/form-buttons.tsx'
import { nameClash } from '@/features/frame/name-clash.ts'
import { ProblemBanner } from '@/features/frame/problem.tsx'
import { useDraft } from '@/features/frame/use-draft.ts'
import { useSystemReadOnly } from '@/features/read-only/use-read-only.ts'
import {
  fromRegistry,
  keepsSecret,
  newRegistry,
  reachProblems,
  registryFieldIds,
  registryProblems,
  toRegistryBody,
  toRegistryUpdate,
} from './registry-draft.ts'
import { registriesPath } from './registry-list-state.ts'
import { TestConnection } from './test-connection.tsx'
import { useKindName } from './use-kind-name.ts'

type Props = {
  /** All kinds that can be chosen. */
  types: readonly string[]
  /** Of those kinds of which more is known. */
  kinds: Record<string, Schemas['RegistryProviderInfo']>
  registry?: Schemas['Registry']
}

/** A new registry, or a change of this one. */
export function RegistryForm({ types, kinds, registry }: Props) {
  const t = useTranslations('registries.form')
  const kindName = useKindName()
  const notify = useNotify()
  const router = useRouter()
  const frozen = useSystemReadOnly()
  const create = useApiMutation('createRegistry', ['listRegistries'])
  const update = useApiMutation('updateRegistry', ['listRegistries', 'getRegistry'])
  const ping = useApiMutation('pingRegistry', ['listRegistries', 'getRegistry'])
  const save = registry ? update : create
  const { draft, change, problems, errorOf, attempt, attempts } = useDraft(
    () => (registry ? fromRegistry(registry) : newRegistry),
    {
      save: (draft) => registryProblems(draft, registry),
      test: (draft) => reachProblems(draft, registry),
    },
    (problem) => t(`problems.${problem}`),
  )
  const [more, setMore] = useState(draft.ca !== '')
  useCrumbName(`${registriesPath}/${registry?.id}`, registry?.name)
  const clash = nameClash(save.error, save.variables?.body.name, draft.name)
  const taken = clash.taken ? t('taken', { name: draft.name.trim() }) : undefined
  const { endpoint_pattern: places, credential_pattern: credential } = kinds[draft.type] ?? {}
  const known = places?.endpoints ?? []
  const isFile = credential?.access_secret_type === 'AccessSecretTypeFile'

  function choose(type: string) {
    const [first] = kinds[type]?.endpoint_pattern?.endpoints ?? []
    const isFixed = kinds[type]?.endpoint_pattern?.endpoint_type === 'EndpointPatternTypeFix'
    const key = kinds[type]?.credential_pattern?.access_key_data
    const wasSuggested = known.some(({ value }) => value === draft.url) || draft.url === ''
    change({
      type,
      ...((isFixed || wasSuggested) && { url: first?.value ?? '' }),
      ...(key && draft.accessKey === '' && { accessKey: key }),
    })
  }

  function isTestable(): boolean {
    if (!attempt('test')) return false
    if (save.isError && !clash.clashes) save.reset()
    return true
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault()
    if (!attempt('save') || save.isPending) return
    // What was tried last says why it failed: a test and a save often fail for the same reason.
    if (ping.isError) ping.reset()
    const then = {
      onSuccess: () => {
        notify('good', t('saved', { name: draft.name.trim() }))
        router.push(registriesPath)
      },
    }
    if (registry)
      update.mutate({ path: { id: registry.id ?? 0 }, body: toRegistryUpdate(draft, registry) }, then)
    else create.mutate({ body: toRegistryBody(draft) }, then)
  }

  return (
    <section className="rounded-md border border-line bg-surface p-4">
      <form noValidate onSubmit={onSubmit} className="flex max-w-160 flex-col gap-5">
        <FormErrorSummary
          problems={taken ? [{ fieldId: registryFieldIds.name, message: taken }, ...problems] : problems}
          attempt={`${attempts} ${save.status}`}
        />
        <SelectField
          label={t('type')}
          help={
            t.has(`typeHelp.${draft.type}` as 'typeHelp.berth') &&
            t(`typeHelp.${draft.type}` as 'typeHelp.berth')
          }
          value={draft.type}
          onChange={(event) => choose(event.target.value)}
          disabled={registry !== undefined}
          options={types.map((value) => ({ value, label: kindName(value) }))}
        />
        <TextField
          id={registryFieldIds.name}
          label={t('name')}
          error={taken ?? errorOf(registryFieldIds.name)}
          value={draft.name}
          onChange={(event) => change({ name: event.target.value })}
          required
          maxLength={255}
          autoComplete="off"
        />
        <TextField
          id={registryFieldIds.url}
          label={t('url')}
          help={t('urlHelp')}
          error={errorOf(registryFieldIds.url)}
          value={draft.url}
          onChange={(event) => change({ url: event.target.value })}
          list={known.length > 1 ? 'registry-known-urls' : undefined}
          required
          maxLength={2048}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          className="font-mono text-13"
        />
        {known.length > 1 && (
          <datalist id="registry-known-urls">
            {known.map(({ key, value }) => (
              <option key={key} value={value}>
                {key}
              </option>
            ))}
          </datalist>
        )}
        <TextField
          label={t('accessKey')}
          help={t('accessKeyHelp')}
          value={draft.accessKey}
          onChange={(event) => change({ accessKey: event.target.value })}
          maxLength={512}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
        />
        {isFile ? (
          <TextAreaField
            id={registryFieldIds.secret}
            label={t('secretFile')}
            help={secretHelp()}
            error={errorOf(registryFieldIds.secret)}
            value={draft.accessSecret}
            onChange={(event) => change({ accessSecret: event.target.value })}
            rows={4}
            autoComplete="off"
            spellCheck={false}
            className="font-mono text-12"
          />
        ) : (
          <TextField
            id={registryFieldIds.secret}
            label={t('secret')}
            help={secretHelp()}
            error={errorOf(registryFieldIds.secret)}
            type="password"
            value={draft.accessSecret}
            onChange={(event) => change({ accessSecret: event.target.value })}
            autoComplete="new-password"
          />
        )}
        <Checkbox
          label={t('verify')}
          help={t(draft.insecure ? 'verifyOffHelp' : 'verifyHelp')}
          checked={!draft.insecure}
          onChange={(event) => change({ insecure: !event.target.checked })}
        />
        <TestConnection draft={draft} known={registry} ping={ping} isReady={isTestable} />
        <details open={more} onToggle={(event) => setMore(event.currentTarget.open)}>
          <summary className="w-fit rounded-md text-13 text-accent">{t('more')}</summary>
          <div className="mt-3 flex flex-col gap-5">
            <CertificatesField
              id={registryFieldIds.ca}
              label={t('ca')}
              help={t('caHelp')}
              error={errorOf(registryFieldIds.ca)}
              value={draft.ca}
              onChange={(event) => change({ ca: event.target.value })}
            />
            <TextField
              id={registryFieldIds.maxTransfers}
              label={t('maxTransfers')}
              help={t('maxTransfersHelp')}
              error={errorOf(registryFieldIds.maxTransfers)}
              value={draft.maxTransfers}
              onChange={(event) => change({ maxTransfers: event.target.value })}
              inputMode="numeric"
              autoComplete="off"
            />
            <TextField
              id={registryFieldIds.bandwidth}
              label={t('bandwidth')}
              help={t('bandwidthHelp')}
              error={errorOf(registryFieldIds.bandwidth)}
              value={draft.bandwidth}
              onChange={(event) => change({ bandwidth: event.target.value })}
              inputMode="numeric"
              autoComplete="off"
            />
            <TextField
              label={t('note')}
              value={draft.description}
              onChange={(event) => change({ description: event.target.value })}
              maxLength={1024}
              autoComplete="off"
            />
          </div>
        </details>
        {!clash.clashes && <ProblemBanner error={save.error} />}
        <FormButtons
          label={t(registry ? 'save' : 'create')}
          busy={save.isPending}
          frozen={frozen}
          cancelHref={registriesPath}
        />
      </form>
    </section>
  )

  function secretHelp(): string {
    if (registry?.credential?.access_secret)
      return t(keepsSecret(draft, registry) ? 'secretKept' : 'secretGone')
    return t('secretHelp')
  }
}
