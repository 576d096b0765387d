import { purgeActivities } from '@berth/core/activities'
import { forgetPurges, runPurges, sealLines } from '@berth/core/audit'
import { forwardAuditLines, losingDestinations, neededFrom } from '@berth/core/audit-destinations'
import { refreshDirectoryAccounts } from '@berth/core/directories'
import { dispatchEvents, purgeEventFailures } from '@berth/core/events'
import { purgeHeartbeats } from '@berth/core/health'
import { purgeSpentTokens } from '@berth/core/identity-trusts'
import { purgeNotices, sendNoticeMails, tellExpiries } from '@berth/core/notices'
import { drainNotifications, purgeNotifications } from '@berth/core/notifications'
import { purgeNewcomers, refreshAccounts } from '@berth/core/oidc-accounts'
import { recalculateQuotas } from '@berth/core/quotas'
import { runWalks, startReconcile } from '@berth/core/registry-walks'
import { runDueSchedules } from '@berth/core/schedules'
import { purgeExpiredSessions } from '@berth/core/sessions'
import { measureStorage, purgeStatistics } from '@berth/core/statistics'
import { rotateSigningKeyOlderThan } from '@berth/core/tokens'
import { deliverWebhooks, purgeWebhooks } from '@berth/core/webhooks'
import { type Job, job, nothing } from './job.ts'
import { scheduled } from './scheduled.ts'
import { subscribers } from './subscribers.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
// Registries that are never restarted accept new keys through two rotations: so they may sleep for a year and a half.
const KEY_AGE_MS = 180 * 24 * HOUR_MS

const patient = { attempts: 5, firstDelayMs: 5_000 }

/** Every job there is. */
export const jobs: readonly Job[] = [
  // Each destination has a lane of its own that goes on behind this look; see `forwardAuditLines`.
  job({
    name: 'audit-destinations.forward',
    parse: nothing,
    schedule: { everyMs: 1_000 },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log, signal }) => {
      for (const { problem, ...lane } of await forwardAuditLines(core, signal)) {
        if (problem !== undefined)
          log('warn', 'a receiver of the audit log takes nothing', { ...lane, problem })
        if (lane.lost > 0)
          log('error', 'lines of the audit log were purged before a receiver had them', { ...lane })
      }
      return undefined
    },
  }),
  job({
    name: 'audit-destinations.watch',
    parse: nothing,
    schedule: { everyMs: MINUTE_MS },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log }) => {
      const destinations = await losingDestinations(core)
      if (destinations.length === 0) return undefined
      log('error', 'more of the audit log waits for a receiver than is kept', { destinations })
      return { losing: destinations.length }
    },
  }),
  job({
    name: 'activities.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core }) => ({ removed: await purgeActivities(core) }),
  }),
  job({
    name: 'sessions.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core }) => ({ removed: await purgeExpiredSessions(core) }),
  }),
  job({
    name: 'heartbeats.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core }) => ({ removed: await purgeHeartbeats(core) }),
  }),
  // Each person's turn stands in the database; a look every few seconds spreads them and sees what another process left.
  job({
    name: 'directories.refresh',
    parse: nothing,
    schedule: { everyMs: 10_000 },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log, signal }) => {
      const refreshed = await refreshDirectoryAccounts(core, signal)
      if (refreshed?.stopped) log('warn', 'the directory gives no verdict', { ...refreshed })
      if (refreshed?.held)
        log('warn', 'so many people are missing in the directory that nobody of them is ended', {
          ...refreshed,
        })
      // As long as it is so, nobody of them is ended: a part of the directory may know them.
      if (refreshed?.unclear && !refreshed.stopped)
        log('warn', 'the directory does not say whether some people are still there', { ...refreshed })
      return refreshed && { ...refreshed }
    },
  }),
  job({
    name: 'oidc-accounts.refresh',
    parse: nothing,
    schedule: { everyMs: MINUTE_MS },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log, signal }) => {
      const { problem, ...counts } = await refreshAccounts(core, signal)
      if (problem) log('warn', 'the OpenID Connect provider could not be asked about people', { problem })
      return counts.renewed + counts.ended + counts.failed > 0 ? counts : undefined
    },
  }),
  job({
    name: 'oidc-newcomers.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core }) => ({ removed: await purgeNewcomers(core) }),
  }),
  job({
    name: 'identity-trusts.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core }) => ({ removed: await purgeSpentTokens(core) }),
  }),
  // Who was told is not told again, so that nothing is lost while no job ran.
  job({
    name: 'notices.expiries',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core, signal }) => ({ looked: await tellExpiries(core, signal) }),
  }),
  job({
    name: 'notices.mail',
    parse: nothing,
    schedule: { everyMs: 15_000 },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log, signal }) => {
      const run = await sendNoticeMails(core, signal)
      if (run?.problem) log('warn', 'the mail server did not take all mails', { ...run })
      return run && { ...run }
    },
  }),
  job({
    name: 'notices.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core }) => ({ removed: await purgeNotices(core) }),
  }),
  job({
    name: 'audit.seal',
    parse: nothing,
    schedule: { everyMs: 1_000 },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log, signal }) => {
      const sealing = await sealLines(core, signal)
      if (sealing?.restartedAt !== undefined)
        log('error', 'the end of the audit log is not the one that Berth signed: its seals begin anew', {
          position: sealing.restartedAt,
        })
      if (sealing && sealing.foreign.length > 0)
        log('error', 'the audit log holds lines that Berth did not write', {
          ids: sealing.foreign.slice(0, 20),
          count: sealing.foreign.length,
        })
      // Lines tell of themselves; a line in the log of jobs for each second of them would be noise.
      return undefined
    },
  }),
  // Purges wait as rows, as walks do.
  job({
    name: 'audit.purge',
    parse: nothing,
    schedule: { everyMs: 5_000 },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, signal }) => {
      const ended = await runPurges(core, { signal, keepFrom: neededFrom })
      return ended.length > 0 ? { ended, forgotten: await forgetPurges(core, signal) } : undefined
    },
  }),
  job({
    name: 'schedules.run',
    parse: nothing,
    schedule: { everyMs: 5_000 },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log, signal }) => {
      const { started, failed } = await runDueSchedules(core, scheduled, signal)
      for (const failure of failed) log('error', 'what was due could not be started', { ...failure })
      return started.length > 0 ? { started } : undefined
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
    // Gateways do it at once; this is for what they left behind.
    name: 'notifications.drain',
    parse: nothing,
    schedule: { everyMs: MINUTE_MS },
    retry: patient,
    run: async ({ core, signal }) => {
      const drained = await drainNotifications(core, signal)
      return { done: drained?.done ?? 0, failed: drained?.failed.length ?? 0 }
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
  job({
    name: 'notifications.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core }) => ({ removed: await purgeNotifications(core) }),
  }),
  job({
    name: 'signing-keys.rotate',
    parse: nothing,
    schedule: { cron: '0 0 3 1 * *' },
    retry: patient,
    run: async ({ core }) => ({
      kid: (await rotateSigningKeyOlderThan(core, KEY_AGE_MS))?.kid ?? 'unchanged',
    }),
  }),
  job({
    name: 'registry.reconcile',
    parse: nothing,
    // At night, and away from the full hour, when everybody's jobs begin.
    schedule: { cron: '0 23 2 * * *' },
    retry: patient,
    run: async ({ core }) => ({ walk: (await startReconcile(core)) ?? 'one is under way' }),
  }),
  job({
    name: 'events.dispatch',
    parse: nothing,
    schedule: { everyMs: 1_000 },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log, signal }) => {
      const dispatched = await dispatchEvents(core, subscribers, signal)
      for (const { error, givenUp, ...facts } of dispatched?.failed ?? [])
        log(
          givenUp ? 'error' : 'warn',
          givenUp ? 'an event was given up for one of its subscribers' : 'an event is told again later',
          { ...facts, error },
        )
      return dispatched && dispatched.failed.length > 0
        ? { taken: dispatched.taken, failed: dispatched.failed.length }
        : undefined
    },
  }),
  job({
    name: 'events.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core }) => ({ removed: await purgeEventFailures(core, subscribers) }),
  }),
  // Begins and does not wait: a target that does not answer keeps no other job from running.
  job({
    name: 'webhooks.deliver',
    parse: nothing,
    schedule: { everyMs: 1_000 },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log }) => {
      const { started, problems } = await deliverWebhooks(core)
      for (const error of problems) log('warn', 'a delivery could not be written down', { error })
      return started > 0 ? { started } : undefined
    },
  }),
  job({
    name: 'webhooks.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: ({ core, signal }) => purgeWebhooks(core, signal),
  }),
  // Walks wait as rows: whoever starts one, by API or schedule, needs no way to the queue.
  job({
    name: 'registry.walk',
    parse: nothing,
    schedule: { everyMs: 5_000 },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, signal }) => {
      const walks = await runWalks(core, signal)
      return walks.length > 0 ? { walks } : undefined
    },
  }),
]

/** `{ projectId }`, or nothing for all projects. */
function projectOrAll(payload: unknown): { projectId?: number } {
  const { projectId, ...rest } = (payload ?? {}) as { projectId?: unknown }
  if (Object.keys(rest).length > 0 || (projectId !== undefined && !Number.isSafeInteger(projectId)))
    throw new TypeError('this job takes a projectId or nothing')
  return projectId === undefined ? {} : { projectId: projectId as number }
}
