import { purgeReplications, purgeUploads, workReplications } from '@berth/core/replications'
import { type Job, job, nothing, patient } from '../job.ts'

const HOUR_MS = 3_600_000
/** Somebody may sit before what they have just started. */
const LOOKS = { busyMs: 20, quietMs: 100 }
// As long as registries keep what was begun, or less.
const KEEP_UPLOADS_MS = 24 * HOUR_MS

/** Images on their way to other registries and from them. */
export const replicationsJobs: readonly Job[] = [
  // Begins and does not wait: a registry that does not answer keeps no other job from running.
  job({
    name: 'replications.work',
    parse: nothing,
    isPrompt: true,
    schedule: { everyMs: 1_000 },
    retry: { attempts: 1, firstDelayMs: 1_000 },
    run: async ({ core, log }) => {
      const { started, problems } = await workReplications(core, { looks: LOOKS })
      for (const error of problems) log('warn', 'a transfer went wrong on our side', { error })
      return started > 0 ? { started } : undefined
    },
  }),
  job({
    name: 'replications.purge',
    parse: nothing,
    schedule: { everyMs: HOUR_MS },
    retry: patient,
    run: async ({ core, signal }) => ({
      executions: await purgeReplications(core, signal),
      uploads: await purgeUploads(core, new Date(core.now() - KEEP_UPLOADS_MS)),
    }),
  }),
]
