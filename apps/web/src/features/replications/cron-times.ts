/**
 * Times of a six-field cron expression (second minute hour day month weekday, UTC), for showing them while somebody
 * types. What Berth runs by is its own reading of it; both are held against the same samples.
 */
type Times = { minutes: number[]; hours: number[]; days: number[]; months: number[]; weekdays: number[] }

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

function parse(cron: string): (Times & { anyDay: boolean; anyWeekday: boolean }) | undefined {
  const [second, minute, hour, day, month, weekday, more] = cron.trim().split(/\s+/)
  if (second !== '0' || !minute || !hour || !day || !month || !weekday || more !== undefined) return undefined
  const found = {
    minutes: field(minute, 0, 59),
    hours: field(hour, 0, 23),
    days: field(day, 1, 31),
    months: field(month, 1, 12, months),
    weekdays: field(weekday, 0, 7, weekdays),
  }
  if (Object.values(found).some((values) => values === undefined)) return undefined
  const isAny = (text: string) => text === '*' || text === '?'
  return { ...(found as Times), anyDay: isAny(day), anyWeekday: isAny(weekday) }
}

/** `*`, `5`, `1-5`, `*` or a range with `/2`, and lists of these; undefined for anything else. */
function field(text: string, min: number, max: number, names: string[] = []): number[] | undefined {
  const found = new Set<number>()
  const offset = names.length === 12 ? 1 : 0
  const toNumber = (word: string) => {
    const named = names.indexOf(word.toLowerCase())
    return named >= 0 ? named + offset : /^\d{1,2}$/.test(word) ? Number(word) : Number.NaN
  }
  for (const part of text.split(',')) {
    const [range = '', step = '1', rest] = part.split('/')
    const [from = '', to, over] = range.split('-')
    const all = range === '*' || range === '?'
    const first = all ? min : toNumber(from)
    const last = all ? max : to === undefined ? (part.includes('/') ? max : first) : toNumber(to)
    const every = /^\d+$/.test(step) ? Number(step) : 0
    const known = first >= min && last <= max && first <= last && every > 0
    if (!known || rest !== undefined || over !== undefined) return undefined
    // 0 and 7 are both Sunday.
    const named = new Set<number>()
    for (let value = first; value <= last; value += every) named.add(names === weekdays ? value % 7 : value)
    if ([...named].some((value) => found.has(value))) return undefined
    for (const value of named) found.add(value)
  }
  return [...found].sort((a, b) => a - b)
}

export type CronProblem = 'cronInvalid' | 'cronTooOften' | 'cronNever'

/** Why a policy cannot go by an expression. */
export function cronProblem(cron: string, nowMs: number): CronProblem | undefined {
  const times = parse(cron)
  if (!times) return 'cronInvalid'
  if (times.minutes.length === 60) return 'cronTooOften'
  return nextTimes(cron, nowMs, 1)?.length === 0 ? 'cronNever' : undefined
}

const DAY_MS = 86_400_000
/** A day that a cron expression can name comes back within 28 years, all but a few within eight. */
const MAX_DAYS = 8 * 366

/** The next `count` times after `afterMs`, in milliseconds; undefined for what this reader does not understand. */
export function nextTimes(cron: string, afterMs: number, count: number): number[] | undefined {
  const times = parse(cron)
  if (!times) return undefined
  const found: number[] = []
  const today = Math.floor(afterMs / DAY_MS) * DAY_MS
  for (let day = 0; day < MAX_DAYS && found.length < count; day++) {
    const dayMs = today + day * DAY_MS
    if (!isDay(times, new Date(dayMs))) continue
    for (const hour of times.hours)
      for (const minute of times.minutes) {
        const atMs = dayMs + (hour * 60 + minute) * 60_000
        if (atMs > afterMs && found.length < count) found.push(atMs)
      }
  }
  return found
}

function isDay(times: NonNullable<ReturnType<typeof parse>>, at: Date): boolean {
  if (!times.months.includes(at.getUTCMonth() + 1)) return false
  const day = times.days.includes(at.getUTCDate())
  const weekday = times.weekdays.includes(at.getUTCDay())
  // As every cron has it: where both are given, one of them is enough.
  return times.anyDay || times.anyWeekday ? day && weekday : day || weekday
}

/** What most schedules are, for saying it in words. */
export type UsualTime =
  | { kind: 'hourly'; minute: number }
  | { kind: 'daily'; hour: number; minute: number }
  | { kind: 'weekly'; weekday: number; hour: number; minute: number }

export function usualTime(cron: string): UsualTime | undefined {
  const found = /^0 (\d{1,2}) (\*|\d{1,2}) \* \* (\*|[0-7])$/.exec(cron.trim().replace(/\s+/g, ' '))
  if (!found) return undefined
  const [, minute, hour, weekday] = found
  if (hour === '*') return weekday === '*' ? { kind: 'hourly', minute: Number(minute) } : undefined
  const at = { hour: Number(hour), minute: Number(minute) }
  return weekday === '*' ? { kind: 'daily', ...at } : { kind: 'weekly', weekday: Number(weekday) % 7, ...at }
}
