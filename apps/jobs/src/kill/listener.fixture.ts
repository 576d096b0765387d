import { createCore } from '@berth/core'
import type { Subscriber } from '@berth/core/events'
import { dispatchEvents } from '@berth/core/events'
import { readSettings } from '../env.ts'
import { job, nothing } from '../job.ts'
import { jobs } from '../jobs.ts'
import { jsonLog as log } from '../log.ts'
import { startRunner } from '../runner.ts'
import { subscribers } from '../subscribers.ts'

// The jobs' process of the kill test: the real runner, dispatch, subscribers and seals, with one more subscriber that
// writes down what it hears.

const core = createCore(readSettings().core)
const marks = core.db.provider === 'postgresql' ? '$1, $2, $3, $4, $5' : '?, ?, ?, ?, ?'
const listener: Subscriber = {
  name: 'listener',
  types: 'all',
  async take(_, tx, events) {
    for (const { id, type, subject, requestId, payload } of events)
      await tx.$executeRawUnsafe(
        `INSERT INTO heard (event_id, type, subject, request_id, payload) VALUES (${marks})`,
        id,
        type,
        subject,
        requestId,
        JSON.stringify(payload),
      )
  },
}
await startRunner({
  core,
  log,
  jobs: [
    job({
      name: 'events.dispatch',
      parse: nothing,
      schedule: { everyMs: 1_000 },
      retry: { attempts: 1, firstDelayMs: 1_000 },
      run: async ({ core, signal }) => {
        await dispatchEvents(core, [...subscribers, listener], signal)
        return undefined
      },
    }),
    ...jobs.filter(({ name }) => name === 'audit.seal'),
    // As it is, only looked for more often.
    ...jobs
      .filter(({ name }) => name === 'notices.mail')
      .map((mails) => ({ ...mails, schedule: { everyMs: 500 } })),
  ],
})
process.on('disconnect', () => process.exit(0))
process.stderr.write('the listener runs\n')
