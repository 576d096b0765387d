'use client'
import { formatBytes, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { useTableState } from '@/features/frame/table-state.tsx'
import { artifactPath } from '@/features/repositories/paths.ts'
import { type ArtifactPlace, additionInput } from './artifact-input.ts'
import { type Artifact, isImage } from './artifact-names.ts'
import { FileTable } from './file-table.tsx'
import { stepsOfLayers } from './layer-picture.ts'
import { LayerTable } from './layer-table.tsx'
import { readBuildHistory, readManifest } from './manifest-document.ts'
import { SectionTitle } from './section-title.tsx'
import { Subject } from './subject.tsx'

/** What an artifact is made of: the layers of an image, the files of anything else. */
export function Contents({ place, artifact }: { place: ArtifactPlace; artifact: Artifact }) {
  const t = useTranslations('artifacts.layers')
  const { locale } = useUi()
  const image = isImage(artifact)
  const manifest = useApiQuery('getAddition', additionInput(place, 'manifest'))
  const history = useApiQuery('getAddition', additionInput(place, 'build_history'), { enabled: image })
  const state = useTableState(manifest, 4)
  const { layers, subject } = readManifest(manifest.data?.data)
  const size = formatBytes(
    layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    locale,
  )
  const title = (
    <SectionTitle title={t(image ? 'title' : 'files')}>
      {layers.length > 0 && t(image ? 'summary' : 'filesSummary', { count: layers.length, size })}
    </SectionTitle>
  )
  return (
    <>
      {subject && <Subject href={artifactPath(place.project, place.repository, subject)} digest={subject} />}
      {image ? (
        <LayerTable
          title={title}
          layers={layers}
          steps={stepsOfLayers(readBuildHistory(history.data?.data), layers.length)}
          state={state}
        />
      ) : (
        <FileTable title={title} layers={layers} state={state} />
      )}
    </>
  )
}
