import type { CoreSettings } from '@berth/core'
import { createPostgresBackend, type Processor, Queue, Worker, type WorkerOptions } from 'bullmq'

/** The one queue of all jobs. */
export const QUEUE = 'berth'

export interface Backend {
  queue: Queue
  worker(process: Processor, options: Pick<WorkerOptions, 'concurrency' | 'name'>): Worker
}

/** Redis where there is one, else the schema `bullmq` in Berth's own Postgres, which is made at first use. */
export function openBackend({
  databaseUrl,
  redisUrl,
}: Pick<CoreSettings, 'databaseUrl' | 'redisUrl'>): Backend {
  if (redisUrl !== undefined) {
    // A worker waits for Redis to come back instead of giving up.
    const connection = { url: redisUrl, maxRetriesPerRequest: null }
    return {
      queue: new Queue(QUEUE, { connection }),
      worker: (process, options) => new Worker(QUEUE, process, { ...options, connection }),
    }
  }
  const url = new URL(databaseUrl)
  // Prisma's word for what Postgres calls a search path; the driver does not know it.
  url.searchParams.delete('schema')
  const connection = { connectionString: url.href, migrate: true, max: 3 }
  return {
    queue: new Queue(QUEUE, { connection } as never, createPostgresBackend as never),
    worker: (process, options) =>
      new Worker(QUEUE, process, { ...options, connection } as never, createPostgresBackend as never),
  }
}
