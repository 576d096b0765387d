import { purgeActivities } from '@berth/core/activities'
import { forgetPurges, runPurges, sealLines } from '@berth/core/audit'
import { forwardAuditLines, losingDestinations, neededFrom } from '@berth/core/audit-destinations'
import { tellForwarding } from '@berth/core/notices'
import { type Job, job, nothing, patient } from '../job.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** The audit log: its seals, who receives it and how long it is kept. */
export const auditJobs: readonly Job[] = [
  // Each destination has a lane of its own that goes on behind this look; see `forwardAuditLines`.
  job({
    name: 'audit-destinations.forward',
    parse: nothing,
    isPrompt: true,
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
    isPrompt: true,
    schedule: { everyMs: MINUTE_MS },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log }) => {
      const told = await tellForwarding(core)
      const destinations = await losingDestinations(core)
      if (destinations.length > 0)
        log('error', 'more of the audit log waits for a receiver than is kept', { destinations })
      return told > 0 ? { late: told, losing: destinations.length } : undefined
    },
  }),
  job({
    name: 'audit.seal',
    parse: nothing,
    isPrompt: true,
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
    name: 'activities.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core }) => ({ removed: await purgeActivities(core) }),
  }),
]
