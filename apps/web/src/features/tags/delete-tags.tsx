'use client'
import type { Schemas } from '@berth/contract'
import { Banner } from '@berth/ui'
import { useRouter } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { useRef } from 'react'
import { api } from '@/data/use-api.ts'
import type { ArtifactPlace } from '@/features/artifacts/artifact-input.ts'
import { BulkDialog } from '@/features/bulk-actions/bulk-dialog.tsx'
import { artifactPath } from '@/features/repositories/paths.ts'
import { showTags } from './tag-changes.ts'

type Props = {
  /** Names the artifact by digest. */
  place: ArtifactPlace
  /** The tag or digest in the page's address: when that tag goes, the page moves on to the digest. */
  shownTag: string
  tags: Schemas['Tag'][]
  onClose: () => void
  onDone: () => void
}

/** Names the tags that go and says that the artifact stays: this can be mended by tagging again. */
export default function DeleteTags({ place, shownTag, tags, onClose, onDone }: Props) {
  const t = useTranslations('tags')
  const router = useRouter()
  const shownGone = useRef(false)
  const rows = tags.filter(({ immutable }) => !immutable)
  const kept = tags.filter(({ immutable }) => immutable).map(({ name }) => name)
  const count = rows.length

  async function remove({ name }: Schemas['Tag']) {
    const { project, repository, reference } = place
    const path = { project_name: project, repository_name: repository, reference, tag_name: name }
    await api.call('deleteTag', { path })
    if (name === shownTag) shownGone.current = true
  }

  return (
    <BulkDialog
      title={t('deleteTitle', { count })}
      rows={rows}
      keyOf={({ name }) => name}
      nameOf={({ name }) => name}
      run={remove}
      // The artifact of a tag that is gone would only be asked for in vain.
      changes={tags.some(({ name }) => name === shownTag) ? ['listTags', 'listArtifacts'] : showTags}
      startLabel={t('deleteConfirm', { count })}
      danger
      doneNotice={t('deleted', { count })}
      onClose={onClose}
      onDone={() => {
        onDone()
        if (shownGone.current)
          router.replace(`${artifactPath(place.project, place.repository, place.reference)}?tab=tags`)
      }}
    >
      {kept.length > 0 && (
        <Banner tone="warn" title={t('kept', { count: kept.length, names: kept.join(', ') })}>
          {t('immutableHelp')}
        </Banner>
      )}
      <p>
        {t('deleteKept')} {t('deleteLost', { count })}
      </p>
    </BulkDialog>
  )
}
