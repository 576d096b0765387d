import { setTimeout as delay } from 'node:timers/promises'
import type { CoreSettings } from '@berth/core'
import { createPostgresBackend, type Processor, Queue, Worker, type WorkerOptions } from 'bullmq'

/** Of jobs that may take hours, and of those that others wait for: each has workers of its own. */
export type QueueName = 'berth' | 'berth-prompt'

export interface Backend {
  queue: Queue
  worker(process: Processor, options: Pick<WorkerOptions, 'concurrency' | 'name'>): Worker
}

/** Redis where there is one, else the schema `bullmq` in Berth's own Postgres, which is made at first use. */
export function openBackend(
  { databaseUrl, redisUrl }: Pick<CoreSettings, 'databaseUrl' | 'redisUrl'>,
  name: QueueName = 'berth',
): Backend {
  if (redisUrl !== undefined) {
    // A worker waits for Redis to come back instead of giving up.
    const connection = { url: redisUrl, maxRetriesPerRequest: null }
    return {
      queue: new Queue(name, { connection }),
      worker: (process, options) => new Worker(name, process, { ...options, connection }),
    }
  }
  const url = new URL(databaseUrl)
  // Prisma's word for what Postgres calls a search path; the driver does not know it.
  url.searchParams.delete('schema')
  const connection = { connectionString: url.href, migrate: true, max: 3 }
  return {
    queue: new Queue(name, { connection } as never, patientBackend as never),
    worker: (process, options) =>
      new Worker(name, process, { ...options, connection } as never, patientBackend as never),
  }
}

type Ask = (text: string, params?: unknown[]) => Promise<unknown>

/**
 * The queue's commands are one statement each, and take their locks in different orders: under load Postgres ends some of
 * them as deadlocks. What it ended has done nothing, and is asked again: else the end of a job is not written down, and the
 * job runs a second time when its lock of half a minute is over.
 */
const patientBackend = (...given: Parameters<typeof createPostgresBackend>) => {
  const backend = createPostgresBackend(...given)
  const asking = backend as unknown as { query: Ask }
  asking.query = againAfterDeadlock(asking.query.bind(backend))
  return backend
}

const ATTEMPTS = 5
const PAUSE_MS = 20

/** Asks again, at most four times, what Postgres ended as a deadlock or a serialization failure. */
export const againAfterDeadlock =
  (ask: Ask): Ask =>
  async (text, params) => {
    for (let attempt = 1; ; attempt++)
      try {
        return await ask(text, params)
      } catch (error) {
        const { code } = error as { code?: unknown }
        if (attempt === ATTEMPTS || (code !== '40P01' && code !== '40001')) throw error
        await delay(attempt * PAUSE_MS * Math.random())
      }
  }
