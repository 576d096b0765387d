'use client'
import type { Schemas } from '@berth/contract'
import { Bytes, EmptyState, Reference, Table, Time, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { artifactPath } from '@/features/repositories/paths.ts'
import type { ArtifactPlace } from './artifact-input.ts'
import type { Artifact } from './artifact-names.ts'
import { SectionTitle } from './section-title.tsx'

// What stands before the dot in the API's names; the part behind it tells the tool.
const kinds = ['signature', 'sbom', 'subject'] as const

/** Signatures, bills of materials and whatever else names this artifact as its subject. */
export function Accessories({ place, artifact }: { place: ArtifactPlace; artifact: Artifact }) {
  const t = useTranslations('artifacts.accessories')
  const { Link } = useUi()
  const nameOf = (type: string) => {
    const known = kinds.find((kind) => type.startsWith(kind))
    return known ? t(`kinds.${known}`) : type
  }
  const path = (digest: string) => artifactPath(place.project, place.repository, digest)
  return (
    <Table<Schemas['Accessory']>
      id="accessories"
      fixedColumns
      label={t('title')}
      toolbar={<SectionTitle title={t('title')} />}
      columns={[
        {
          id: 'type',
          header: t('type'),
          primary: true,
          cell: ({ type, digest }) => (
            <Link
              href={path(digest)}
              className="rounded-md break-all text-ink hover:text-accent hover:underline"
            >
              {nameOf(type)}
            </Link>
          ),
        },
        {
          id: 'digest',
          header: t('digest'),
          cell: ({ digest }) => <Reference digest={digest} href={path(digest)} />,
        },
        { id: 'size', header: t('size'), align: 'end', cell: ({ size }) => <Bytes sizeBytes={size} /> },
        { id: 'created', header: t('created'), cell: ({ creation_time }) => <Time at={creation_time} /> },
      ]}
      rows={artifact.accessories ?? []}
      rowKey={({ digest }) => digest}
      rowLabel={({ type }) => nameOf(type)}
      empty={<EmptyState icon="layers" title={t('empty')} />}
    />
  )
}
