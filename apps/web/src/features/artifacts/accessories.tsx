'use client'
import { Bytes, EmptyState, Reference, Table, Time, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { artifactPath } from '@/features/repositories/paths.ts'
import { type Accessory, accessoryGroups, groupOf, knownTypes } from './accessory-groups.ts'
import type { ArtifactPlace } from './artifact-input.ts'
import type { Artifact } from './artifact-names.ts'
import { SectionTitle } from './section-title.tsx'

/** What names this artifact as its subject, by what it is for: signatures first, what is unknown last. */
export function Accessories({ place, artifact }: { place: ArtifactPlace; artifact: Artifact }) {
  return accessoryGroups.map((group) => {
    const rows = (artifact.accessories ?? []).filter((one) => groupOf(one) === group)
    return rows.length > 0 && <AccessoryTable key={group} place={place} group={group} rows={rows} />
  })
}

type Props = { place: ArtifactPlace; group: (typeof accessoryGroups)[number]; rows: Accessory[] }

function AccessoryTable({ place, group, rows }: Props) {
  const t = useTranslations('artifacts.accessories')
  const { Link } = useUi()
  const title = t(`groups.${group}`)
  const nameOf = ({ type }: Accessory) => {
    const known = knownTypes.find((one) => one === type.replace('.', '_'))
    return t(known ? `types.${known}` : `kinds.${group}`)
  }
  const path = (digest: string) => artifactPath(place.project, place.repository, digest)
  return (
    <Table<Accessory>
      id={`accessories-${group}`}
      fixedColumns
      label={title}
      toolbar={<SectionTitle title={title}>{t('count', { count: rows.length })}</SectionTitle>}
      columns={[
        {
          id: 'type',
          header: t('type'),
          primary: true,
          cell: (one) => (
            <Link href={path(one.digest)} className="rounded-md text-ink hover:text-accent hover:underline">
              {nameOf(one)}
            </Link>
          ),
        },
        {
          id: 'artifactType',
          header: t('artifactType'),
          cell: ({ artifact_type }) =>
            artifact_type ? (
              <span className="font-mono text-12 break-all">{artifact_type}</span>
            ) : (
              <span className="text-ink-3">–</span>
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
      rows={rows}
      rowKey={({ digest }) => digest}
      rowLabel={nameOf}
      empty={<EmptyState icon="layers" title={t('empty')} />}
    />
  )
}
