'use client'
import { ApiError } from '@berth/contract'
import { Checkbox, TextField, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useId, useState } from 'react'
import { asPart } from '@/data/as-part.ts'
import { api, useApiQuery } from '@/data/use-api.ts'
import { BulkDialog } from '@/features/bulk-actions/bulk-dialog.tsx'
import { artifactPath, shortName } from '@/features/repositories/paths.ts'
import { tagNameProblem } from '@/features/tags/tag-name.ts'
import { type Artifact, artifactName, newestTags } from './artifact-names.ts'
import { ArtifactRowName } from './artifact-row-name.tsx'
import { type CopyTarget, copySteps, repositoryProblem } from './copy-plan.ts'

type Props = {
  project: string
  repository: string
  /** With their tags. */
  artifacts: Artifact[]
  onClose: () => void
  onDone: (all: boolean) => void
}

/** Copies artifacts into another repository, of this or another project; the registry moves no layer. */
export default function CopyArtifacts({ project, repository, artifacts, onClose, onDone }: Props) {
  const t = useTranslations('artifacts.copy')
  const { Link } = useUi()
  const [only] = artifacts.length === 1 ? artifacts : []
  const [target, setTarget] = useState<CopyTarget>({
    project: '',
    repository,
    tag: (only && newestTags(only)[0]?.name) ?? '',
  })
  const [withTags, setWithTags] = useState(true)
  const count = artifacts.length
  const same = target.project === project && target.repository === repository
  const tagProblem = only && target.tag ? tagNameProblem(target.tag) : null
  const name = `${target.project}/${target.repository}`

  async function copy(artifact: Artifact) {
    const path = { project_name: target.project, repository_name: target.repository }
    const wanted = only ? target.tag : withTags ? undefined : ''
    const { from, tag } = copySteps({ project, repository }, artifact, wanted)
    for (const one of from) await api.call('CopyArtifact', { path, query: { from: one } })
    if (tag)
      await api.call('createTag', { path: { ...path, reference: artifact.digest }, body: { name: tag } })
  }

  return (
    <BulkDialog
      title={t('title', { count, name: only ? artifactName(only) : '' })}
      rows={artifacts}
      keyOf={({ digest }) => digest}
      nameOf={(artifact) => <ArtifactRowName artifact={artifact} />}
      run={copy}
      changes={['listArtifacts', 'listRepositories', 'getProject', 'getArtifact']}
      startLabel={t('confirm', { count })}
      ready={
        target.project !== '' && !same && repositoryProblem(target.repository) === null && tagProblem === null
      }
      explain={(error) => {
        if (!(error instanceof ApiError)) return undefined
        if (error.status === 409) return t('tagTaken', { tag: target.tag, name })
        if (error.status === 404) return t('noTarget', { name: target.project })
        if (error.status === 412) {
          const [, tag] = /\btag (\S+) is immutable\b/.exec(error.message) ?? []
          if (tag) return t('immutable', { tag, name })
        }
        return undefined
      }}
      resultOf={({ digest }) => (
        <Link
          href={artifactPath(target.project, target.repository, digest)}
          className="rounded-md text-accent hover:underline"
        >
          {t('show', { name })}
        </Link>
      )}
      doneNotice={t('done', { count, name })}
      onClose={onClose}
      onDone={onDone}
    >
      <TargetFields target={target} onChange={setTarget} same={same} />
      {only ? (
        <TextField
          label={t('tag')}
          note={t('optional')}
          help={t('tagHelp')}
          error={tagProblem && t('tagInvalid')}
          value={target.tag}
          onChange={(event) => setTarget({ ...target, tag: event.target.value })}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={128}
          className="font-mono"
        />
      ) : (
        <Checkbox
          label={t('withTags')}
          help={t('withTagsHelp')}
          checked={withTags}
          onChange={(event) => setWithTags(event.target.checked)}
        />
      )}
      <p className="text-13 text-ink-2">{t('comesAlong')}</p>
    </BulkDialog>
  )
}

type FieldsProps = { target: CopyTarget; onChange: (target: CopyTarget) => void; same: boolean }

/** Project and repository; what is there is offered while typing, a repository may also be new. */
function TargetFields({ target, onChange, same }: FieldsProps) {
  const t = useTranslations('artifacts.copy')
  const projectsId = useId()
  const repositoriesId = useId()
  const offered = { page: 1, page_size: 10 }
  const projects = useApiQuery(
    'listProjects',
    { query: { ...offered, sort: 'name', ...(target.project && { name: target.project }) } },
    { keepPrevious: true },
  )
  const known = projects.data?.data.some(({ name }) => name === target.project) ?? false
  const repositories = useApiQuery(
    'listRepositories',
    {
      path: { project_name: target.project },
      query: { ...offered, q: `name=~${asPart(target.repository)}` },
    },
    { enabled: known && target.repository !== '', keepPrevious: true },
  )
  const problem = repositoryProblem(target.repository)
  const plain = {
    autoComplete: 'off',
    autoCapitalize: 'none',
    spellCheck: false,
    maxLength: 255,
    required: true,
  }
  return (
    <>
      <TextField
        {...plain}
        label={t('project')}
        value={target.project}
        onChange={(event) => onChange({ ...target, project: event.target.value.trim() })}
        list={projectsId}
        className="font-mono"
      />
      <datalist id={projectsId}>
        {projects.data?.data.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <TextField
        {...plain}
        label={t('repository')}
        help={t('repositoryHelp')}
        error={same ? t('same') : problem && t(problem)}
        value={target.repository}
        onChange={(event) => onChange({ ...target, repository: event.target.value.trim() })}
        list={repositoriesId}
        className="font-mono"
      />
      <datalist id={repositoriesId}>
        {repositories.data?.data.map(({ name }) => (
          <option key={name} value={shortName(name)} />
        ))}
      </datalist>
    </>
  )
}
