'use client'
import { EmptyState, Table } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { useApiQuery } from '@/data/use-api.ts'
import { useTableState } from '@/features/frame/table-state.tsx'
import { type ArtifactPlace, additionInput } from './artifact-input.ts'
import { type Dependency, readDependencies } from './dependencies.ts'
import { SectionTitle } from './section-title.tsx'

/** The charts that a Helm chart needs, and where they come from. */
export default function ChartDependencies({ place }: { place: ArtifactPlace }) {
  const t = useTranslations('artifacts.chart')
  const query = useApiQuery('getAddition', additionInput(place, 'dependencies'))
  const text = (value: string) =>
    value ? (
      <span className="font-mono text-13 break-all">{value}</span>
    ) : (
      <span className="text-ink-3">–</span>
    )
  return (
    <Table<Dependency>
      id="dependencies"
      fixedColumns
      label={t('dependencies')}
      toolbar={<SectionTitle title={t('dependencies')} />}
      columns={[
        { id: 'name', header: t('name'), primary: true, cell: ({ name }) => text(name) },
        { id: 'version', header: t('version'), cell: ({ version }) => text(version) },
        { id: 'repository', header: t('repository'), cell: ({ repository }) => text(repository) },
        { id: 'condition', header: t('condition'), cell: ({ condition }) => text(condition) },
      ]}
      rows={readDependencies(query.data?.data)}
      rowKey={({ key }) => key}
      rowLabel={({ name }) => name}
      state={useTableState(query, 3)}
      empty={<EmptyState icon="info" title={t('noDependencies')} />}
    />
  )
}
