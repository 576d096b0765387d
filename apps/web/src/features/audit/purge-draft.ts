import type { Schemas } from '@berth/contract'

/** What can be purged by itself; `other` is whatever is none of the others. */
export const purgeGroups = ['pull_artifact', 'create_artifact', 'delete_artifact', 'other'] as const
export type PurgeGroup = (typeof purgeGroups)[number]

export const purgeTimes = ['None', 'Hourly', 'Daily', 'Weekly', 'Custom'] as const
export type PurgeTime = (typeof purgeTimes)[number]

/** As Harbor's clients write them; six fields, the first of them seconds. */
const crons: Record<Exclude<PurgeTime, 'None' | 'Custom'>, string> = {
  Hourly: '0 0 * * * *',
  Daily: '0 0 0 * * *',
  Weekly: '0 0 0 * * 0',
}

export type PurgeDraft = { keepDays: string; groups: PurgeGroup[]; time: PurgeTime; cron: string }

const HOURS_A_DAY = 24
/** The API takes 240,000 hours. */
const MAX_DAYS = 10_000

export const newPurge: PurgeDraft = { keepDays: '365', groups: [...purgeGroups], time: 'None', cron: '' }

export type PurgeProblem = 'days' | 'groups' | 'cron'

export function purgeProblems({ keepDays, groups, time, cron }: PurgeDraft): PurgeProblem[] {
  const days = Number(keepDays)
  return [
    ...(Number.isSafeInteger(days) && days >= 1 && days <= MAX_DAYS ? [] : (['days'] as const)),
    ...(groups.length > 0 ? [] : (['groups'] as const)),
    ...(time !== 'Custom' || cron.trim().split(/\s+/).length === 6 ? [] : (['cron'] as const)),
  ]
}

/** The body of the call: by its schedule, or with a choice once and now. */
export function toPurgeBody(draft: PurgeDraft, now?: { dryRun: boolean }): Schemas['Schedule'] {
  const { keepDays, groups, time, cron } = draft
  const schedule = now
    ? { type: 'Manual' as const }
    : time === 'None'
      ? { type: 'None' as const, cron: '' }
      : { type: time, cron: time === 'Custom' ? cron.trim() : crons[time] }
  return {
    schedule,
    parameters: {
      audit_retention_hour: Number(keepDays) * HOURS_A_DAY,
      include_event_types: groups.join(','),
      dry_run: now?.dryRun ?? false,
    } as never,
  }
}

export type PurgeParameters = { keepDays: number; groups: PurgeGroup[]; dryRun: boolean }

/** Reads the parameters of a run or a schedule, which are JSON in a text; undefined when they are none of ours. */
export function readParameters(text: string | undefined): PurgeParameters | undefined {
  try {
    const found = JSON.parse(text ?? '') as Record<string, unknown>
    const types = String(found.include_event_types ?? '').split(',')
    return {
      keepDays: Math.round((Number(found.audit_retention_hour) || 0) / HOURS_A_DAY),
      groups: purgeGroups.filter((group) => types.includes(group)),
      dryRun: found.dry_run === true,
    }
  } catch {
    return undefined
  }
}

/** The form as the schedule stands now. */
export function fromSchedule(found: Schemas['ExecHistory'] | undefined): PurgeDraft {
  const type = purgeTimes.find((time) => time === found?.schedule?.type) ?? 'None'
  const parameters = readParameters(found?.job_parameters)
  return {
    ...newPurge,
    ...(parameters && { keepDays: String(parameters.keepDays || 365), groups: parameters.groups }),
    time: type,
    cron: type === 'Custom' ? (found?.schedule?.cron ?? '') : '',
  }
}
