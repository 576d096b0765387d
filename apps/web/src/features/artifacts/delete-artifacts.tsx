'use client'
import { ApiError } from '@berth/contract'
import { Banner, ConfirmDialog, shortenDigest, useNotify } from '@berth/ui'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { api } from '@/data/use-api.ts'
import { ProblemDetail, useProblem } from '@/features/frame/problem.tsx'
import { type Artifact, artifactName, newestTags } from './artifact-names.ts'

type Props = {
  project: string
  repository: string
  artifacts: Artifact[]
  onClose: () => void
  onDone: () => void
}

/** As many are named one by one; the rest is counted. */
const namedArtifacts = 50

/** Names every tag and digest that goes. What was deleted before a refusal stays deleted, and the dialog says so. */
export default function DeleteArtifacts({ project, repository, artifacts, onClose, onDone }: Props) {
  const t = useTranslations('artifacts.delete')
  const notify = useNotify()
  const queries = useQueryClient()
  const [deleted, setDeleted] = useState<ReadonlySet<string>>(new Set())
  const left = artifacts.filter(({ digest }) => !deleted.has(digest))
  const remove = useMutation({
    mutationFn: async () => {
      for (const { digest } of left) {
        await api.call('deleteArtifact', {
          path: { project_name: project, repository_name: repository, reference: digest },
        })
        setDeleted((before) => new Set(before).add(digest))
      }
    },
    onSettled: () => {
      for (const id of ['listArtifacts', 'listRepositories']) {
        void queries.invalidateQueries({ queryKey: [id] })
      }
    },
    onSuccess: () => {
      notify('good', t('done', { count: artifacts.length }))
      onDone()
    },
  })
  const count = left.length
  const hidden = count - namedArtifacts
  const [only] = count === 1 ? left : []
  const tag = only && newestTags(only)[0]?.name
  return (
    <ConfirmDialog
      open
      onClose={deleted.size > 0 ? onDone : onClose}
      title={t('title', { count })}
      confirmLabel={t('confirm', { count })}
      busy={remove.isPending}
      onConfirm={() => remove.mutate()}
      typeName={tag ?? (only ? only.digest.split(':')[1]?.slice(0, 8) : repository)}
      error={
        remove.error && (
          <Refused error={remove.error} artifact={left[0]} deleted={deleted.size} count={artifacts.length} />
        )
      }
    >
      <p>{t('lost', { count })}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <ul tabIndex={0} className="max-h-40 overflow-y-auto rounded-md bg-sunken px-3 py-2 font-mono text-13">
        {left.slice(0, namedArtifacts).map((artifact) => (
          <li key={artifact.digest} className="flex flex-wrap gap-x-2 break-all">
            {newestTags(artifact).map(({ name }) => (
              <span key={name}>{name}</span>
            ))}
            <span className="text-ink-2">{shortenDigest(artifact.digest)}</span>
          </li>
        ))}
        {hidden > 0 && <li className="font-sans">{t('more', { count: hidden })}</li>}
      </ul>
      <p>{t('pullsFail')}</p>
    </ConfirmDialog>
  )
}

type RefusedProps = { error: unknown; artifact: Artifact | undefined; deleted: number; count: number }

function Refused({ error, artifact, deleted, count }: RefusedProps) {
  const t = useTranslations('artifacts.delete')
  const problem = useProblem()(error)
  const partOfIndex = error instanceof ApiError && error.status === 412
  return (
    <Banner role="alert" tone="bad" title={problem.title}>
      {count > 1 && artifact && <p>{t('some', { deleted, count, name: artifactName(artifact) })}</p>}
      {partOfIndex ? t('partOfIndex') : <ProblemDetail problem={problem} />}
    </Banner>
  )
}
