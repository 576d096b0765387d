/** Numbers and times in the person's language, all through Intl. Pure: the clock and the zone are arguments. */

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** Bytes in binary units: three significant digits at most, so 1536 gives "1.5 KiB". */
export function formatBytes(sizeBytes: number, locale: string): string {
  let value = sizeBytes
  let unit = 0
  while (Math.abs(value) >= 1024 && unit < binaryUnits.length - 1) {
    value /= 1024
    unit += 1
  }
  // 1023.9 would round to "1,024 KiB": take the next unit instead.
  if (Math.round(value) === 1024 && unit < binaryUnits.length - 1) {
    value = 1
    unit += 1
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value)} ${binaryUnits[unit]}`
}

/** Grouped digits: 12,345. */
export function formatCount(count: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(count)
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365.25 * 86_400],
  ['month', 30.44 * 86_400],
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** "3 hours ago", "in 2 days"; under a minute it is "now", or `soon`. */
export function formatRelative(atMs: number, nowMs: number, locale: string, soon?: string): string {
  const seconds = (atMs - nowMs) / 1000
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  for (const [unit, unitSeconds] of steps) {
    if (Math.abs(seconds) >= unitSeconds) return format.format(Math.trunc(seconds / unitSeconds), unit)
  }
  return soon ?? format.format(0, 'second')
}

/** The exact moment with its zone. `timeZone` undefined means the zone of the machine. */
export function formatExact(atMs: number, locale: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(atMs)
}

/** sha256:ab12cd34…9f00 — eight and four hexadecimal digits tell digests apart at a glance. */
export function shortenDigest(digest: string): string {
  const [algorithm, hex] = digest.split(':', 2)
  if (!algorithm || !hex || hex.length <= 16) return digest
  return `${algorithm}:${hex.slice(0, 8)}…${hex.slice(-4)}`
}
