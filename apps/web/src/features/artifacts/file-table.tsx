'use client'
import { Bytes, EmptyState, Reference, Table, type TableState } from '@berth/ui'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { ManifestDocument } from './manifest-document.ts'

type File = ManifestDocument['layers'][number]

/** What a chart or any other artifact carries, by the names its maker gave. */
export function FileTable({ title, layers, state }: { title: ReactNode; layers: File[]; state: TableState }) {
  const t = useTranslations('artifacts.layers')
  const rows = layers.map((layer, index) => ({ ...layer, index }))
  return (
    <Table<File & { index: number }>
      id="files"
      fixedColumns
      label={t('files')}
      toolbar={title}
      columns={[
        {
          id: 'file',
          header: t('file'),
          primary: true,
          cell: ({ title: name }) =>
            name ? (
              <span className="font-mono text-13 break-all">{name}</span>
            ) : (
              <span className="font-normal text-ink-3">{t('stepUnknown')}</span>
            ),
        },
        {
          id: 'mediaType',
          header: t('mediaType'),
          cell: ({ mediaType }) => <span className="font-mono text-12 break-all">{mediaType}</span>,
        },
        { id: 'digest', header: t('digest'), cell: ({ digest }) => <Reference digest={digest} /> },
        {
          id: 'size',
          header: t('size'),
          align: 'end',
          cell: ({ sizeBytes }) => <Bytes sizeBytes={sizeBytes} />,
        },
      ]}
      rows={rows}
      rowKey={({ index }) => String(index)}
      rowLabel={({ title: name, digest }) => name || digest}
      state={state}
      empty={<EmptyState icon="layers" title={t('empty')} />}
    />
  )
}
