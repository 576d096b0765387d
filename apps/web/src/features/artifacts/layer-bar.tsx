'use client'
import { cx, formatBytes, useUi } from '@berth/ui'
import { useTranslations } from 'next-intl'
import { type Layer, layerSegments, percentText } from './layer-picture.ts'

// Four shades that differ in lightness too; neighbours never have the same one.
const shades = ['bg-[var(--chart-1)]', 'bg-[var(--chart-2)]', 'bg-[var(--chart-3)]', 'bg-[var(--chart-4)]']

/** Which layers make an image big, at a glance. The table beneath says the same to those who cannot see it. */
export function LayerBar({ layers }: { layers: Layer[] }) {
  const t = useTranslations('artifacts.layers')
  const { locale } = useUi()
  const segments = layerSegments(layers)
  if (segments.length < 2) return null
  return (
    <div role="img" aria-label={t('picture')} className="flex h-8 gap-px overflow-hidden rounded-md">
      {segments.map(({ layer, percent, count }, index) => {
        const share = percentText(percent, locale)
        const one = layer === null ? undefined : layers[layer]
        return (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: a segment is its place in the bar
            key={index}
            style={{ width: `${percent}%` }}
            data-tip={
              one && layer !== null
                ? t('segment', {
                    position: layer + 1,
                    size: formatBytes(one.sizeBytes, locale),
                    percent: share,
                  })
                : t('segments', { count, percent: share })
            }
            className={cx(
              'min-w-px hover:opacity-80',
              layer === null ? 'bg-control' : shades[index % shades.length],
            )}
          />
        )
      })}
    </div>
  )
}
