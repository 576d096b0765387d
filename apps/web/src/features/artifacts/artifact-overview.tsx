'use client'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Accessories } from './accessories.tsx'
import type { ArtifactPlace } from './artifact-input.ts'
import { type Artifact, hasPlatforms } from './artifact-names.ts'
import { Contents } from './contents.tsx'
import { NameValueTable } from './name-value-table.tsx'
import { PlatformTable } from './platform-table.tsx'

type Props = { place: ArtifactPlace; artifact: Artifact }

export default function ArtifactOverview({ place, artifact }: Props): ReactNode {
  const t = useTranslations('artifacts.annotations')
  const annotations = Object.entries(artifact.annotations ?? {})
  return (
    <div className="flex flex-col gap-6">
      {hasPlatforms(artifact) ? (
        <PlatformTable place={place} artifact={artifact} />
      ) : (
        <Contents place={place} artifact={artifact} />
      )}
      {(artifact.accessories?.length ?? 0) > 0 && <Accessories place={place} artifact={artifact} />}
      {annotations.length > 0 && (
        <NameValueTable
          id="annotations"
          title={t('title')}
          name={t('name')}
          value={t('value')}
          pairs={annotations}
          empty={t('empty')}
        />
      )}
    </div>
  )
}
