import { settleRemovals } from '@berth/core/artifacts'
import { drainNotifications, purgeNotifications } from '@berth/core/notifications'
import { recalculateQuotas } from '@berth/core/quotas'
import { checkRegistries } from '@berth/core/registries'
import { runWalks, startReconcile } from '@berth/core/registry-walks'
import { measureStorage, purgeStatistics } from '@berth/core/statistics'
import { type Job, job, nothing, patient } from '../job.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** What the registry holds: walks, what it tells of itself, storage and statistics. */
export const registryJobs: readonly Job[] = [
  job({
    name: 'registry.reconcile',
    parse: nothing,
    // At night, and away from the full hour, when everybody's jobs begin.
    schedule: { cron: '0 23 2 * * *' },
    retry: patient,
    run: async ({ core }) => ({ walk: (await startReconcile(core)) ?? 'one is under way' }),
  }),
  // Each is looked at every five minutes; a look every half minute spreads them.
  job({
    name: 'registries.check',
    parse: nothing,
    isPrompt: true,
    schedule: { everyMs: 30_000 },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log, signal }) => {
      for (const change of await checkRegistries(core, signal))
        log(change.status === 'healthy' ? 'info' : 'warn', `a registry is ${change.status}`, { ...change })
      return undefined
    },
  }),
  // Walks wait as rows: whoever starts one, by API or schedule, needs no way to the queue.
  job({
    name: 'registry.walk',
    parse: nothing,
    atOnce: 2,
    schedule: { everyMs: 5_000 },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, signal }) => {
      const walks = await runWalks(core, signal)
      return walks.length > 0 ? { walks } : undefined
    },
  }),
  job({
    // Gateways do it at once; this is for what they left behind.
    name: 'notifications.drain',
    parse: nothing,
    isPrompt: true,
    schedule: { everyMs: MINUTE_MS },
    retry: patient,
    run: async ({ core, signal }) => {
      const drained = await drainNotifications(core, signal)
      return { done: drained?.done ?? 0, failed: drained?.failed.length ?? 0 }
    },
  }),
  job({
    name: 'notifications.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core }) => ({ removed: await purgeNotifications(core) }),
  }),
  job({
    // What a process began and did not live to write down.
    name: 'removals.settle',
    parse: nothing,
    schedule: { everyMs: MINUTE_MS },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log, signal }) => {
      const { problem, ...counts } = await settleRemovals(core, signal)
      if (counts.unclear > 0)
        log('warn', 'the registry does not say whether things were deleted', { ...counts, error: problem })
      return counts.settled > 0 ? counts : undefined
    },
  }),
  job({
    name: 'quotas.recalculate',
    parse: projectOrAll,
    schedule: { cron: '0 20 4 * * 0' },
    retry: patient,
    run: async ({ core, log, signal }, { projectId }) => {
      const { counted, changed } = await recalculateQuotas(core, { projectId, signal })
      for (const change of changed) log('warn', 'the storage of a project was counted wrong', { ...change })
      return { counted, changed: changed.length }
    },
  }),
  job({
    // Every hour, so that the last word of a day is from its end.
    name: 'statistics.measure',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core }) => ({ written: await measureStorage(core) }),
  }),
  job({
    name: 'statistics.purge',
    parse: nothing,
    schedule: { cron: '0 47 3 * * *' },
    retry: patient,
    run: async ({ core, signal }) => ({ removed: await purgeStatistics(core, signal) }),
  }),
]

/** `{ projectId }`, or nothing for all projects. */
function projectOrAll(payload: unknown): { projectId?: number } {
  const { projectId, ...rest } = (payload ?? {}) as { projectId?: unknown }
  if (Object.keys(rest).length > 0 || (projectId !== undefined && !Number.isSafeInteger(projectId)))
    throw new TypeError('this job takes a projectId or nothing')
  return projectId === undefined ? {} : { projectId: projectId as number }
}
