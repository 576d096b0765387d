import { CronExpressionParser } from 'cron-parser'
import { badRequest } from '../errors/index.ts'

export const scheduleTypes = ['Hourly', 'Daily', 'Weekly', 'Custom'] as const
export type ScheduleType = (typeof scheduleTypes)[number]

/** Something that starts by itself. */
export interface Schedule {
  id: number
  /** What starts, in Harbor's words: `PURGE_AUDIT_LOG` and the like. */
  vendorType: string
  /** Of a policy; 0 where there is one of the kind only. */
  vendorId: number
  type: ScheduleType
  /** Six fields, seconds first, UTC. */
  cron: string
  /** What it is started with. */
  params: Record<string, unknown>
  nextRunAt: Date
  paused: boolean
  createdAt: Date
  updatedAt: Date
}

/** What a client asks for: to start now, by a schedule, or never. */
export type Timing =
  | { kind: 'manual' }
  | { kind: 'none' }
  | { kind: 'schedule'; type: ScheduleType; cron: string }

const MAX_CRON_LENGTH = 128
/** A part of a field as Harbor has it; what other readers add (L, W, #, H) is none. */
const CRON_PART = /^(?:[*?]|(?:\d{1,2}|[a-z]{3})(?:-(?:\d{1,2}|[a-z]{3}))?)(?:\/\d+)?$/i
const usual: Partial<Record<ScheduleType, string>> = {
  Hourly: '0 0 * * * *',
  Daily: '0 0 0 * * *',
  Weekly: '0 0 0 * * 0',
}

/** Harbor's schedule object; `Schedule` is its other word for `Custom`. @throws DomainError BAD_REQUEST */
export function parseTiming(asked: { type?: string; cron?: string } | undefined): Timing {
  const type = asked?.type === 'Schedule' ? 'Custom' : asked?.type
  if (type === 'Manual') return { kind: 'manual' }
  if (type === 'None' || type === '') return { kind: 'none' }
  const known = scheduleTypes.find((name) => name === type)
  if (!known)
    throw badRequest(`a schedule's type is one of ${[...scheduleTypes, 'Manual', 'None'].join(', ')}`)
  return { kind: 'schedule', type: known, cron: parseCron(asked?.cron || usual[known]) }
}

/** @throws DomainError BAD_REQUEST for anything but six fields with a time to come */
export function parseCron(text: string | undefined): string {
  const cron = (text ?? '').trim().replace(/\s+/g, ' ')
  const fields = cron.split(' ')
  if (fields.length !== 6 || cron.length > MAX_CRON_LENGTH)
    throw badRequest(
      'a cron expression has six fields: second, minute, hour, day of month, month, day of week',
    )
  if (fields[0] !== '0') throw badRequest('the seconds of a cron expression must be 0')
  const odd = fields.find((field) => !field.split(',').every((part) => CRON_PART.test(part)))
  if (odd !== undefined)
    throw badRequest(
      `a field of a cron expression holds numbers or names of three letters, ranges (1-5), steps (*/10) and lists, not ${JSON.stringify(odd)}`,
    )
  try {
    nextRun(cron, 0)
  } catch (error) {
    throw badRequest(`the cron expression ${JSON.stringify(cron)} names no time: ${(error as Error).message}`)
  }
  return cron
}

/** Whether the expression names every minute of an hour, however it is written. @throws Error for what is no cron expression */
export const namesEachMinute = (cron: string): boolean =>
  new Set(CronExpressionParser.parse(cron).fields.minute.values).size === 60

/** The first time behind `afterMs`, in UTC. @throws Error for what is no cron expression */
export const nextRun = (cron: string, afterMs: number): Date =>
  CronExpressionParser.parse(cron, { currentDate: new Date(afterMs), tz: 'UTC' })
    .next()
    .toDate()
