import { badRequest } from '../../errors/index.ts'

/** A whole day of UTC, counted from 1970-01-01. */
export type Day = number

export const DAY_MS = 86_400_000

export const dayOf = (at: Date | number): Day => Math.floor(Number(at) / DAY_MS)

/** Lengths of the sums that are kept beside those of days, in days, the longest first; each begins at a multiple of it. */
export const SPANS = [28, 7] as const

/** `2026-11-21` */
export const dayText = (day: Day): string => new Date(day * DAY_MS).toISOString().slice(0, 10)

/** The row of `project_days` that holds the sums of everything. */
export const EVERYTHING = 0

export interface Period {
  from: Day
  to: Day
}

/** Days as `2026-11-21`, both included; without them the last 30 days. */
export interface PeriodInput {
  from?: string | undefined
  to?: string | undefined
}

const DEFAULT_DAYS = 30
const MOST_DAYS = 366
/** `7d` */
const WINDOW = /^([1-9]|[1-8]\d|90)d$/

/** From `YYYY-MM-DD` to `YYYY-MM-DD`, both included; the last 30 days without them. @throws DomainError BAD_REQUEST */
export function parsePeriod(today: Day, from: string | undefined, to: string | undefined): Period {
  const last = to === undefined ? today : parseDay(to)
  const first = from === undefined ? last - DEFAULT_DAYS + 1 : parseDay(from)
  if (first > last) throw badRequest('from is after to')
  if (last - first >= MOST_DAYS) throw badRequest(`from and to are more than ${MOST_DAYS} days apart`)
  return { from: first, to: last }
}

function parseDay(text: string): Day {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  // V8 takes the 30th of February for the 1st of March.
  if (Number.isNaN(at) || dayText(dayOf(at)) !== text) throw badRequest('days are written as 2026-11-21')
  return dayOf(at)
}

/** So many days up to and with today. @throws DomainError BAD_REQUEST */
export function parseWindow(today: Day, window: string): Period {
  const days = Number(WINDOW.exec(window)?.[1])
  if (Number.isNaN(days)) throw badRequest('window is a number of days from 1d to 90d')
  return { from: today - days + 1, to: today }
}

export interface Uses {
  pulls: number
  pushes: number
}

export interface DayCount extends Uses {
  day: Day
}

export type UseKind = keyof Uses

export interface RepositoryUse extends Uses {
  repositoryId: number
  projectId: number
  /** With its project in front. */
  name: string
}

export interface TagUse extends Uses {
  tag: string
}

/** What was seen of a project's storage on a day. */
export interface Measured {
  projectId: number
  day: Day
  storageBytes: number
}
