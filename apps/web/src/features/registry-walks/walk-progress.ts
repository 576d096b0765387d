import type { Schemas } from '@berth/contract'

export const isActive = (status: string): boolean => status === 'pending' || status === 'running'

/** How much was done at a moment. */
export type Sample = { atMs: number; done: number }

/** Samples older than this say nothing about the present rate. */
const WINDOW_MS = 20_000

/** Adds what was seen now. A count that went back, as after a change of walks, begins anew. */
export function addSample(samples: readonly Sample[], sample: Sample): Sample[] {
  const last = samples.at(-1)
  if (last && sample.done < last.done) return [sample]
  return [...samples.filter(({ atMs }) => atMs >= sample.atMs - WINDOW_MS), sample]
}

export type Progress = {
  /** 0 to 1; undefined while the catalog is still being read. */
  share: number | undefined
  /** Repositories in a second; undefined until two samples differ in time. */
  perSecond: number | undefined
  /** Seconds that are left at this rate. */
  secondsLeft: number | undefined
}

export function progressOf(counts: Schemas['RegistryWalkCounts'], samples: readonly Sample[]): Progress {
  const total = counts.repositories ?? 0
  const done = counts.repositories_done ?? 0
  const [first, last] = [samples[0], samples.at(-1)]
  const elapsedMs = first && last ? last.atMs - first.atMs : 0
  const perSecond = first && last && elapsedMs > 0 ? ((last.done - first.done) * 1000) / elapsedMs : undefined
  return {
    share: total > 0 ? Math.min(done / total, 1) : undefined,
    perSecond,
    secondsLeft: perSecond && total > done ? (total - done) / perSecond : undefined,
  }
}
