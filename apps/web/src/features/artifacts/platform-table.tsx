'use client'
import type { Schemas } from '@berth/contract'
import { Bytes, EmptyState, Reference, Table, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { artifactPath } from '@/features/repositories/paths.ts'
import { type ArtifactPlace, childrenInput } from './artifact-input.ts'
import type { Artifact } from './artifact-names.ts'
import { platformName } from './platform-name.ts'
import { SectionTitle } from './section-title.tsx'

type Child = Schemas['Reference']

/** What an index lists: one row for each manifest, with its own page. */
export function PlatformTable({ place, artifact }: { place: ArtifactPlace; artifact: Artifact }) {
  const t = useTranslations('artifacts.platforms')
  const { Link } = useUi()
  const children = useApiQuery('listArtifacts', childrenInput(place, artifact))
  const sizes = new Map(children.data?.data.map(({ digest, size }) => [digest, size]))
  const path = (digest: string) => artifactPath(place.project, place.repository, digest)
  const nameOf = ({ platform, annotations }: Child) =>
    platformName(platform) ??
    (annotations?.['vnd.docker.reference.type'] === 'attestation-manifest' ? t('attestation') : t('unknown'))
  return (
    <Table<Child>
      id="platforms"
      fixedColumns
      label={t('title')}
      toolbar={<SectionTitle title={t('title')} />}
      columns={[
        {
          id: 'platform',
          header: t('platform'),
          primary: true,
          cell: (child) => (
            <Link
              href={path(child.child_digest)}
              className="rounded-md font-mono text-13 text-ink hover:text-accent hover:underline"
            >
              {nameOf(child)}
            </Link>
          ),
        },
        {
          id: 'digest',
          header: t('digest'),
          cell: ({ child_digest }) => <Reference digest={child_digest} href={path(child_digest)} />,
        },
        {
          id: 'size',
          header: t('size'),
          align: 'end',
          cell: ({ child_digest }) => {
            const sizeBytes = sizes.get(child_digest)
            return sizeBytes === undefined ? '–' : <Bytes sizeBytes={sizeBytes} />
          },
        },
      ]}
      rows={artifact.references ?? []}
      rowKey={({ child_digest, platform }) => `${child_digest} ${platformName(platform)}`}
      rowLabel={nameOf}
      empty={<EmptyState icon="layers" title={t('empty')} />}
    />
  )
}
