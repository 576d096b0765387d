'use client'
import { ApiError } from '@berth/contract'
import { Skeleton, TextField } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { api, useApiQuery } from '@/data/use-api.ts'
import { type Artifact, artifactName } from '@/features/artifacts/artifact-names.ts'
import { ArtifactRowName } from '@/features/artifacts/artifact-row-name.tsx'
import { BulkDialog } from '@/features/bulk-actions/bulk-dialog.tsx'
import { LabelChip } from './label-chip.tsx'
import { type Choice, changesFor, stateOf, toggled } from './label-choice.ts'
import { type Label, offeredInput } from './label-list-state.ts'

type Props = {
  project: string
  repository: string
  /** With their labels. */
  artifacts: Artifact[]
  onClose: () => void
  onDone: (all: boolean) => void
}

/** Puts labels on artifacts and takes them off: a tick of three states for each label, as some may carry it already. */
export default function ChooseLabels({ project, repository, artifacts, onClose, onDone }: Props) {
  const t = useTranslations('labels.choose')
  const [choice, setChoice] = useState<Choice>(new Map())
  const count = artifacts.length
  const projectId = artifacts[0]?.project_id ?? 0
  const values = [...choice.values()]
  const add = values.filter((on) => on).length

  async function label(artifact: Artifact) {
    const path = { project_name: project, repository_name: repository, reference: artifact.digest }
    const { added, removed } = changesFor(artifact, choice)
    for (const id of added) await api.call('addLabel', { path, body: { id } }).catch(unless(409))
    for (const id of removed)
      await api.call('removeLabel', { path: { ...path, label_id: id } }).catch(unless(404))
  }

  return (
    <BulkDialog
      title={t('title', { count, name: artifacts[0] ? artifactName(artifacts[0]) : '' })}
      rows={artifacts}
      keyOf={({ digest }) => digest}
      nameOf={(artifact) => <ArtifactRowName artifact={artifact} />}
      run={label}
      changes={['listArtifacts', 'getArtifact']}
      startLabel={t('apply')}
      ready={choice.size > 0}
      doneNotice={t('done', { count })}
      onClose={onClose}
      onDone={onDone}
    >
      <LabelTicks projectId={projectId} artifacts={artifacts} choice={choice} onChange={setChoice} />
      <p role="status" className="min-h-5 text-13 text-ink-2">
        {t('help', { add, remove: values.length - add })}
      </p>
    </BulkDialog>
  )
}

/** Somebody else did the same a moment before: what was wanted is so. */
const unless = (status: number) => (error: unknown) => {
  if (!(error instanceof ApiError && error.status === status)) throw error
}

type TicksProps = {
  projectId: number
  artifacts: Artifact[]
  choice: Choice
  onChange: (choice: Choice) => void
}

function LabelTicks({ projectId, artifacts, choice, onChange }: TicksProps) {
  const t = useTranslations('labels.choose')
  const [text, setText] = useState('')
  const own = useApiQuery('ListLabels', offeredInput({ projectId }, text.trim()), { keepPrevious: true })
  const global = useApiQuery('ListLabels', offeredInput({ projectId: null }, text.trim()), {
    keepPrevious: true,
  })
  const groups = [
    { title: t('project'), labels: own.data?.data ?? [] },
    { title: t('global'), labels: global.data?.data ?? [] },
  ].filter(({ labels }) => labels.length > 0)
  return (
    <>
      <TextField
        label={t('find')}
        type="search"
        value={text}
        onChange={(event) => setText(event.target.value)}
        autoComplete="off"
        maxLength={128}
      />
      {own.isPending || global.isPending ? (
        <Skeleton className="h-24 w-full" />
      ) : groups.length === 0 ? (
        <p className="text-13 text-ink-2">
          {t(own.isError && global.isError ? 'failed' : text ? 'none' : 'noneYet')}
        </p>
      ) : (
        <div className="flex max-h-64 flex-col gap-3 overflow-y-auto rounded-md border border-line p-2">
          {groups.map(({ title, labels }) => (
            <fieldset key={title} className="min-w-0">
              <legend className="pb-1 text-12 text-ink-3">{title}</legend>
              {labels.map((label) => (
                <LabelTick
                  key={label.id}
                  label={label}
                  state={stateOf(artifacts, choice, label.id ?? 0)}
                  onToggle={() => onChange(toggled(artifacts, choice, label.id ?? 0))}
                />
              ))}
            </fieldset>
          ))}
        </div>
      )}
    </>
  )
}

type TickProps = { label: Label; state: ReturnType<typeof stateOf>; onToggle: () => void }

function LabelTick({ label, state, onToggle }: TickProps) {
  const t = useTranslations('labels.choose')
  return (
    <label className="flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-1 hover:bg-hover">
      <input
        type="checkbox"
        className="size-4 shrink-0 accent-accent"
        checked={state === 'all'}
        ref={(input) => {
          if (input) input.indeterminate = state === 'some'
        }}
        onChange={onToggle}
      />
      <LabelChip label={label} />
      {state === 'some' && <span className="text-12 text-ink-3">{t('some')}</span>}
      {label.description && <span className="min-w-0 truncate text-12 text-ink-3">{label.description}</span>}
    </label>
  )
}
