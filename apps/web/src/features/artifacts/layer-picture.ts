export type Layer = { digest: string; sizeBytes: number; mediaType: string }
export type Segment = {
  /** Index into the layers; null for the rest bucket. */ layer: number | null
  percent: number
  count: number
}

/** A segment narrower than this cannot be pointed at. */
const leastPercent = 1.2

/**
 * The widths of a stacked bar, in the layers' order. Small neighbours are drawn as one segment, so that nothing is
 * too thin to see and no width is a lie: the percentages add up to 100. Empty when there is nothing to draw.
 */
export function layerSegments(layers: readonly { sizeBytes: number }[]): Segment[] {
  const totalBytes = layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  if (totalBytes <= 0) return []
  const segments: Segment[] = []
  for (const [index, { sizeBytes }] of layers.entries()) {
    const percent = (sizeBytes / totalBytes) * 100
    const before = segments.at(-1)
    if (percent >= leastPercent) segments.push({ layer: index, percent, count: 1 })
    else if (before && before.layer === null) {
      before.percent += percent
      before.count += 1
    } else segments.push({ layer: null, percent, count: 1 })
  }
  return segments.filter(({ percent }) => percent > 0)
}

export type BuildStep = { createdBy: string; createdAt: string | null; comment: string; emptyLayer: boolean }

/**
 * Puts the steps of the build beside the layers they made: steps without a layer (ENV, CMD, …) take none. Null where
 * the two lists do not fit, as when an image was squashed; then nothing can be said about single layers.
 */
export function stepsOfLayers(steps: readonly BuildStep[], layerCount: number): BuildStep[] | null {
  const making = steps.filter(({ emptyLayer }) => !emptyLayer)
  return making.length === layerCount && layerCount > 0 ? making : null
}

/** A step as its author wrote it: without the shell and the no-op marks that build tools put around it. */
export function stepText(createdBy: string): string {
  return createdBy
    .replace(/^\/bin\/sh -c #\(nop\)\s*/, '')
    .replace(/^(?:RUN )?(?:\|\d+ (?:\S+=\S* )*)?\/bin\/sh -c\s+/, 'RUN ')
    .replace(/\s*#\s*buildkit$/, '')
    .trim()
}

/** "12.5%", "<0.1%": a share that is not nothing never reads as nothing. */
export function percentText(percent: number, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  return percent > 0 && percent < 0.1 ? `<${format.format(0.001)}` : format.format(percent / 100)
}
