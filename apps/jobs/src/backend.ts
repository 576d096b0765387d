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
    queue: new Queue(name, { connection } as never, createPostgresBackend as never),
    worker: (process, options) =>
      new Worker(name, process, { ...options, connection } as never, createPostgresBackend as never),
  }
}
