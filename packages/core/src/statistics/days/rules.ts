import { type Day, type DayCount, type Period, SPANS } from './model.ts'

/** One count for every day of the period, in their order; nothing happened on days that are not among the counts. */
export function everyDay({ from, to }: Period, counts: readonly DayCount[]): DayCount[] {
  const known = new Map(counts.map((count) => [count.day, count]))
  return Array.from({ length: to - from + 1 }, (_, n) => {
    const { pulls, pushes } = known.get(from + n) ?? { pulls: 0, pushes: 0 }
    return { day: from + n, pulls, pushes }
  })
}

/** Sums of so many days each, the first of which lies from `from` to `to`. None when `from` is behind `to`. */
export interface Range extends Period {
  days: number
}

/**
 * The fewest sums that cover the period exactly, fewer than 20 for 90 days: days up to the first week, weeks up to the
 * first four, and these. The last may reach beyond the period, which ends today: nothing was counted after that.
 */
export function rangesOf({ from, to }: Period): Range[] {
  let first = from
  return [...SPANS, 1].reverse().map((days, n, lengths) => {
    const next = lengths[n + 1]
    const end = next === undefined ? to + 1 : Math.min(Math.ceil(first / next) * next, to + 1)
    const range = { days, from: first, to: end - 1 }
    first = end
    return range
  })
}

/**
 * Storage for each day of the period, summed over the projects that were measured, or of one repository. A value holds
 * until the next one of its project; days before the first value of all are left out, and so are those after `today`.
 */
export function storagePerDay(
  { from, to }: Period,
  measured: readonly { projectId?: number; day: Day; storageBytes: number }[],
  today: Day,
): { day: Day; storageBytes: number }[] {
  const inOrder = [...measured].sort((a, b) => a.day - b.day)
  const current = new Map<number, number>()
  const days: { day: Day; storageBytes: number }[] = []
  let sum = 0
  let next = 0
  for (let day = from; day <= Math.min(to, today); day++) {
    for (; next < inOrder.length && inOrder[next]!.day <= day; next++) {
      const { projectId = 0, storageBytes } = inOrder[next]!
      sum += storageBytes - (current.get(projectId) ?? 0)
      current.set(projectId, storageBytes)
    }
    if (current.size > 0) days.push({ day, storageBytes: sum })
  }
  return days
}
