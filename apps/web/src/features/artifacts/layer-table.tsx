'use client'
import { Bytes, EmptyState, Reference, Table, type TableState, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { LayerBar, LayerSwatch, layerShades } from './layer-bar.tsx'
import { type BuildStep, type Layer, layerSegments, percentText, stepText } from './layer-picture.ts'

type Row = Layer & { position: number; step: string }
type Props = { title: ReactNode; layers: Layer[]; steps: BuildStep[] | null; state: TableState }

/** The layers as a picture and as the same figures in rows. */
export function LayerTable({ title, layers, steps, state }: Props) {
  const t = useTranslations('artifacts.layers')
  const { locale } = useUi()
  const totalBytes = layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const segments = layerSegments(layers)
  const colours = layerShades(segments)
  const rows = layers.map((layer, index) => ({
    ...layer,
    position: index + 1,
    step: stepText(steps?.[index]?.createdBy ?? ''),
  }))
  return (
    <Table<Row>
      id="layers"
      fixedColumns
      label={t('title')}
      toolbar={
        <>
          {title}
          <div className="order-last basis-full">
            <LayerBar layers={layers} segments={segments} />
          </div>
        </>
      }
      columns={[
        {
          id: 'step',
          header: t('step'),
          primary: true,
          cell: ({ position, step }) => (
            <span className="flex items-center gap-2 py-1.5">
              <LayerSwatch shade={colours.get(position - 1)} />
              <span className="w-5 shrink-0 text-right text-ink-3 tabular-nums">{position}</span>
              {step ? (
                <span className="line-clamp-2 font-mono text-13 font-normal break-words" title={step}>
                  {step}
                </span>
              ) : (
                <span className="font-normal text-ink-3">{t('stepUnknown')}</span>
              )}
            </span>
          ),
        },
        {
          id: 'digest',
          header: t('digest'),
          width: '210px',
          cell: ({ digest }) => <Reference digest={digest} />,
        },
        {
          id: 'size',
          header: t('size'),
          align: 'end',
          width: '90px',
          cell: ({ sizeBytes }) => <Bytes sizeBytes={sizeBytes} />,
        },
        {
          id: 'share',
          header: t('share'),
          align: 'end',
          width: '80px',
          cell: ({ sizeBytes }) => (
            <span className="tabular-nums">
              {totalBytes > 0 ? percentText((sizeBytes / totalBytes) * 100, locale) : '–'}
            </span>
          ),
        },
      ]}
      rows={rows}
      rowKey={({ position, digest }) => `${position} ${digest}`}
      rowLabel={({ position }) => String(position)}
      state={state}
      empty={<EmptyState icon="layers" title={t('empty')} />}
    />
  )
}
