import { purgeHeartbeats } from '@berth/core/health'
import { runDueSchedules } from '@berth/core/schedules'
import { type Job, job, nothing, patient } from '../job.ts'
import { scheduled } from '../scheduled.ts'

const HOUR_MS = 3_600_000

/** The processes themselves, and what they start when it is due. */
export const processesJobs: readonly Job[] = [
  job({
    name: 'schedules.run',
    parse: nothing,
    isPrompt: true,
    schedule: { everyMs: 5_000 },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log, signal }) => {
      const { started, failed } = await runDueSchedules(core, scheduled, signal)
      for (const failure of failed) log('error', 'what was due could not be started', { ...failure })
      return started.length > 0 ? { started } : undefined
    },
  }),
  job({
    name: 'heartbeats.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core }) => ({ removed: await purgeHeartbeats(core) }),
  }),
]
