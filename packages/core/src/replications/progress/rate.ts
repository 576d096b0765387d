/** What happened so long ago counts for a third. */
const FADE_MS = 10_000
/** As often as workers tell how far they are. */
const BEAT_MS = 3_000
/** Slower is not shown. */
const LEAST = 1
/** After so long without a byte nothing moves: what is left of the rate would tell of an end in weeks. */
const SILENCE_MS = 30_000

/** Bytes a second, as they were measured at a time. */
export interface Rate {
  /** Not yet made up for how short it has been measured. */
  bytesPerSecond: number
  at: Date | null
  since: Date | null
}

function faded({ bytesPerSecond, at }: Rate, nowMs: number): number {
  const silentMs = at ? Math.max(0, nowMs - at.getTime()) : Number.POSITIVE_INFINITY
  return silentMs > SILENCE_MS ? 0 : bytesPerSecond * Math.exp(-silentMs / FADE_MS)
}

/** The rate once so many more bytes have been sent. */
export function moved(rate: Rate, bytes: number, nowMs: number): Rate {
  const before = faded(rate, nowMs)
  // After a silence it is measured anew: else the first bytes would count as if they had taken long.
  const since = before < LEAST || !rate.since ? new Date(nowMs - BEAT_MS) : rate.since
  const at = new Date(Math.max(nowMs, rate.at?.getTime() ?? 0))
  return { bytesPerSecond: before + bytes / (FADE_MS / 1_000), at, since }
}

/** What to show of it. */
export function bytesPerSecond(rate: Rate, nowMs: number): number {
  const now = faded(rate, nowMs)
  if (now < LEAST || !rate.since) return 0
  return Math.round(now / (1 - Math.exp(-Math.max(BEAT_MS, nowMs - rate.since.getTime()) / FADE_MS)))
}

/**
 * Seconds until everything is there, if it goes on like this.
 *
 * @param open tasks that have not ended; those whose size is not known are taken for as large as the others
 * @returns undefined when it cannot be said
 */
export function etaSeconds(
  {
    totalBytes,
    doneBytes,
    failedBytes,
    sized,
    bytesPerSecond,
  }: { totalBytes: number; doneBytes: number; failedBytes: number; sized: number; bytesPerSecond: number },
  { open, total }: { open: number; total: number },
): number | undefined {
  if (open === 0 || bytesPerSecond <= 0) return undefined
  const unsized = Math.min(open, Math.max(0, total - sized))
  const leftBytes = Math.max(0, totalBytes - doneBytes - failedBytes)
  const average = sized > 0 ? totalBytes / sized : 0
  return Math.ceil((leftBytes + unsized * average) / bytesPerSecond)
}
