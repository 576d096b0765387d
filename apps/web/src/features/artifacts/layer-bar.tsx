'use client'
import { cx, formatBytes, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type Layer, percentText, type Segment } from './layer-picture.ts'

// Shades follow the drawn segments, so that neighbours always differ; those too small to draw share one of their own.
const shades = [
  'bg-[var(--chart-1)]',
  'bg-[var(--chart-2)]',
  'bg-[var(--chart-3)]',
  'bg-[var(--chart-4)]',
  'bg-[var(--chart-5)]',
  'bg-[var(--chart-6)]',
]

/** Which colour each layer has; layers without a segment of their own are not in it. */
export function layerShades(segments: Segment[]): Map<number, string> {
  const drawn = segments.flatMap(({ layer }) => (layer === null ? [] : [layer]))
  return new Map(drawn.map((layer, index) => [layer, shades[index % shades.length] ?? '']))
}

const restShade = 'bg-control'

/** The colour of one layer, beside its row in the table. */
export function LayerSwatch({ shade }: { shade: string | undefined }) {
  return <span aria-hidden="true" className={cx('size-2.5 shrink-0 rounded-[2px]', shade ?? restShade)} />
}

/** Which layers make an image big, at a glance. The table beneath says the same to those who cannot see it. */
export function LayerBar({ layers, segments }: { layers: Layer[]; segments: Segment[] }) {
  const t = useTranslations('artifacts.layers')
  const { locale } = useUi()
  if (segments.length < 2) return null
  const colours = layerShades(segments)
  const describe = ({ layer, percent, count }: Segment) => {
    const share = percentText(percent, locale)
    if (layer === null) return t('segments', { count, percent: share })
    const size = formatBytes(layers[layer]?.sizeBytes ?? 0, locale)
    return t('segment', { position: layer + 1, size, percent: share })
  }
  return (
    <div role="img" aria-label={t('picture')} className="flex h-7 gap-px overflow-hidden rounded-md">
      {segments.map((segment, index) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: a segment is its place in the bar
          key={index}
          style={{ width: `${segment.percent}%` }}
          data-tip={describe(segment)}
          className={cx(
            'min-w-px hover:opacity-80',
            (segment.layer !== null && colours.get(segment.layer)) || restShade,
          )}
        />
      ))}
    </div>
  )
}
