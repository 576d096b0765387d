import { type Actor, authorizeSystem } from '../authorization/index.ts'
import type { Core } from '../context/index.ts'
import type { ListQuery, Page } from '../list-query/index.ts'
import { nextRun, type Schedule, type Timing } from './model.ts'
import {
  claimDue,
  countDue,
  deleteSchedule,
  findDue,
  findSchedule,
  findSchedules,
  type ScheduleTransaction,
  skipDue,
  upsertSchedule,
} from './store.ts'

// More that are due at once wait for the next look, a few seconds later.
const MAX_AT_ONCE = 100

/** What a vendor does when its time has come, in the transaction that moves the schedule on: it writes rows, no more. */
export type StartScheduled = (core: Core, tx: ScheduleTransaction, schedule: Schedule) => Promise<void>

/**
 * For the owners of schedules, who authorize and write the audit line: makes or changes the one of this vendor.
 * `params` goes to whoever is started.
 */
export async function setSchedule(
  core: Core,
  tx: ScheduleTransaction,
  of: { vendorType: string; vendorId?: number; params?: Record<string, unknown> },
  { type, cron }: Extract<Timing, { kind: 'schedule' }>,
): Promise<void> {
  const { vendorType, vendorId = 0, params = {} } = of
  const now = core.now()
  const nextRunAt = nextRun(cron, now)
  await upsertSchedule(tx, { vendorType, vendorId, type, cron, params, nextRunAt, updatedAt: new Date(now) })
}

/** False when there was none. */
export const removeSchedule = (tx: ScheduleTransaction, vendorType: string, vendorId = 0): Promise<boolean> =>
  deleteSchedule(tx, vendorType, vendorId)

/** For the owners, as above. */
export const readSchedule = (core: Core, vendorType: string, vendorId = 0): Promise<Schedule | undefined> =>
  findSchedule(core, vendorType, vendorId)

/** All there are. @throws DomainError UNAUTHORIZED, FORBIDDEN */
export async function listSchedules(
  core: Core,
  actor: Actor,
  query: Pick<ListQuery, 'page' | 'pageSize'>,
): Promise<Page<Schedule>> {
  authorizeSystem(actor, 'list', 'jobservice-monitor')
  return findSchedules(core, query)
}

/** For core/job-queues: how many should have started, and since when the first of them. */
export const dueSchedules = (core: Core): Promise<{ count: number; since: Date | null }> =>
  countDue(core, new Date(core.now()))

/** For core/job-queues: what is due starts at its next time instead. Gives how many. */
export const skipDueSchedules = (core: Core, tx: ScheduleTransaction): Promise<number> =>
  skipDue(tx, new Date(core.now()), (cron) => nextRun(cron, core.now()))

export interface ScheduledRuns {
  /** `PURGE_AUDIT_LOG/0` and the like. */
  started: string[]
  failed: { schedule: string; error: unknown }[]
}

/**
 * Starts what is due, each once on however many nodes. What was due several times while nobody looked starts once. What
 * cannot be started stays due and keeps nobody else waiting.
 */
export async function runDueSchedules(
  core: Core,
  vendors: Readonly<Record<string, StartScheduled>>,
  signal?: AbortSignal,
): Promise<ScheduledRuns> {
  const runs: ScheduledRuns = { started: [], failed: [] }
  const now = core.now()
  for (const schedule of await findDue(core, new Date(now), MAX_AT_ONCE)) {
    if (signal?.aborted) break
    const name = `${schedule.vendorType}/${schedule.vendorId}`
    try {
      const start = vendors[schedule.vendorType]
      if (!start) throw new Error('nobody here knows how to start it')
      const claimed = await claimDue(core, schedule, nextRun(schedule.cron, now), (tx) =>
        start(core, tx, schedule),
      )
      if (claimed) runs.started.push(name)
    } catch (error) {
      runs.failed.push({ schedule: name, error })
    }
  }
  return runs
}
