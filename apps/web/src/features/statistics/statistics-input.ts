import type { CallInput, Schemas } from '@berth/contract'
import type { DayValue } from '../charts/day-chart.tsx'

/** How many days are shown, today among them. */
export const dayChoices = [7, 30, 90] as const
export type DayCount = (typeof dayChoices)[number]

type Params = { get(name: string): string | null }
export const readDayCount = (params: Params): DayCount =>
  dayChoices.find((count) => String(count) === params.get('days')) ?? 30

const DAY_MS = 86_400_000

/** The first day asked for; the last is today. Days are those of UTC. */
export function sinceInput(count: DayCount, nowMs: number): { query: { from: string } } {
  return { query: { from: new Date(nowMs - (count - 1) * DAY_MS).toISOString().slice(0, 10) } }
}

export const topInput = (count: DayCount) =>
  ({ query: { window: `${count}d`, limit: 5 } }) satisfies CallInput<'listMostUsed'>

export const projectTopInput = (project: string, count: DayCount) =>
  ({ path: { project_name: project }, ...topInput(count) }) satisfies CallInput<'listMostUsedOfProject'>

type Day = Schemas['ActivityDay']
export const pullsOf = (days: readonly Day[]): DayValue[] =>
  days.map(({ day, pulls }) => ({ day, value: pulls }))
export const pushesOf = (days: readonly Day[]): DayValue[] =>
  days.map(({ day, pushes }) => ({ day, value: pushes }))
/** Only the days of which it is known. */
export const bytesOf = (days: readonly { day: string; storage_bytes?: number }[]): DayValue[] =>
  days.flatMap(({ day, storage_bytes }) =>
    storage_bytes === undefined ? [] : [{ day, value: storage_bytes }],
  )
