'use client'
import { Button } from '@berth/ui'
import { useTranslations } from 'next-intl'
import type { ArtifactDeed, ArtifactDeeds } from './artifact-deeds.ts'

/** The buttons for chosen artifacts; fetched when the first one is chosen. */
export default function ArtifactActions({
  may,
  onDeed,
}: {
  may: ArtifactDeeds
  onDeed: (deed: ArtifactDeed) => void
}) {
  const t = useTranslations('artifacts')
  const labels = useTranslations('labels.choose')
  return (
    <>
      {may.label && (
        <Button size="sm" icon="tag" onClick={() => onDeed('label')}>
          {labels('action')}
        </Button>
      )}
      {may.copy && (
        <Button size="sm" icon="copy" onClick={() => onDeed('copy')}>
          {t('copy.action')}
        </Button>
      )}
      {may.delete && (
        <Button size="sm" variant="danger" icon="trash" onClick={() => onDeed('delete')}>
          {t('delete.action')}
        </Button>
      )}
    </>
  )
}
