'use client'
import { cx, formatBytes, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type Layer, percentText, type Segment } from './layer-picture.ts'

// Neighbours never have the same shade, and those too small to draw have one of their own.
const shades = ['bg-[var(--chart-1)]', 'bg-[var(--chart-2)]', 'bg-[var(--chart-3)]', 'bg-[var(--chart-4)]']
const restShade = 'bg-control'

const shadeOf = (layer: number | null) => (layer === null ? restShade : shades[layer % shades.length])

/** The colour of one layer, beside its row in the table. `drawn` are the layers with a segment of their own. */
export function LayerSwatch({ layer, drawn }: { layer: number; drawn: ReadonlySet<number> }) {
  return (
    <span
      aria-hidden="true"
      className={cx('size-2.5 shrink-0 rounded-[2px]', shadeOf(drawn.has(layer) ? layer : null))}
    />
  )
}

/** Which layers make an image big, at a glance. The table beneath says the same to those who cannot see it. */
export function LayerBar({ layers, segments }: { layers: Layer[]; segments: Segment[] }) {
  const t = useTranslations('artifacts.layers')
  const { locale } = useUi()
  if (segments.length < 2) return null
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
          className={cx('min-w-px hover:opacity-80', shadeOf(segment.layer))}
        />
      ))}
    </div>
  )
}
