import { dispatchEvents, purgeEventFailures } from '@berth/core/events'
import { purgeNotices, sendNoticeMails, tellExpiries } from '@berth/core/notices'
import { deliverWebhooks, purgeWebhooks } from '@berth/core/webhooks'
import { type Job, job, nothing, patient } from '../job.ts'
import { subscribers } from '../subscribers.ts'

const HOUR_MS = 3_600_000

/** What happened and who is told of it. */
export const eventsJobs: readonly Job[] = [
  job({
    name: 'events.dispatch',
    parse: nothing,
    isPrompt: true,
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
    isPrompt: true,
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
    isPrompt: true,
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
]
