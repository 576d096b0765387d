'use client'
import { ApiError } from '@berth/contract'
import { Banner } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { api } from '@/data/use-api.ts'
import { BulkDialog } from '@/features/bulk-actions/bulk-dialog.tsx'
import { type Artifact, immutableTag, newestTags } from './artifact-names.ts'
import { ArtifactRowName } from './artifact-row-name.tsx'

type Props = {
  project: string
  repository: string
  /** With their tags and what is immutable of them. */
  artifacts: Artifact[]
  onClose: () => void
  onDone: (all: boolean) => void
}

/** Names every tag and digest that goes, and sets aside what cannot be deleted. */
export default function DeleteArtifacts({ project, repository, artifacts, onClose, onDone }: Props) {
  const t = useTranslations('artifacts.delete')
  const kept = artifacts.filter((artifact) => immutableTag(artifact))
  const rows = artifacts.filter((artifact) => !immutableTag(artifact))
  const count = rows.length
  const [only] = count === 1 ? rows : []
  const tag = only && newestTags(only)[0]?.name
  return (
    <BulkDialog
      title={t('title', { count: count || artifacts.length })}
      rows={rows}
      keyOf={({ digest }) => digest}
      nameOf={(artifact) => <ArtifactRowName artifact={artifact} />}
      run={({ digest }) =>
        api.call('deleteArtifact', {
          path: { project_name: project, repository_name: repository, reference: digest },
        })
      }
      changes={['listArtifacts', 'listRepositories']}
      startLabel={t('confirm', { count })}
      danger
      ready={count > 0}
      typeName={
        count === 0 ? undefined : (tag ?? (only ? only.digest.split(':')[1]?.slice(0, 8) : repository))
      }
      explain={(error) => {
        if (!(error instanceof ApiError && error.status === 412)) return undefined
        // A rule may have been made since the list was read.
        const [, name] = /\btag (\S+) is immutable\b/.exec(error.message) ?? []
        return name ? t('immutable', { name }) : t('partOfIndex')
      }}
      doneNotice={t('done', { count })}
      onClose={onClose}
      onDone={onDone}
    >
      {kept.length > 0 && <Kept artifacts={kept} />}
      {count > 0 && (
        <p>
          {t('pullsFail')} {t('lost', { count })}
        </p>
      )}
    </BulkDialog>
  )
}

function Kept({ artifacts }: { artifacts: Artifact[] }) {
  const t = useTranslations('artifacts.delete')
  return (
    <Banner tone="warn" title={t('kept', { count: artifacts.length })}>
      <ul className="max-h-24 overflow-y-auto">
        {artifacts.map((artifact) => (
          <li key={artifact.digest}>{t('immutable', { name: immutableTag(artifact)?.name ?? '' })}</li>
        ))}
      </ul>
    </Banner>
  )
}
