/** NaN for no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export interface Ratio {
  /** Median of the rounds' ratios. */
  median: number
  min: number
  max: number
}

/**
 * Ratio of what was measured side by side: round i of one against round i of the other, so that a machine that slows
 * down for a minute slows both. Rounds that one of the two lacks do not count.
 */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): Ratio {
  const ratios = ours
    .slice(0, theirs.length)
    .map((value, round) => value / theirs[round]!)
    .filter((ratio) => Number.isFinite(ratio))
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios) }
}

export type Goal = { atLeast: number } | { atMost: number }

export function meets(goal: Goal, value: number): boolean {
  return 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost
}
