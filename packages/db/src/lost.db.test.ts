import { once } from 'node:events'
import { createServer, connect as dial, type Socket } from 'node:net'
import { type TestDatabase, testDatabase } from '@berth/testing'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { LockTimeoutError, openDb } from './index.ts'
import { openPostgresPool } from './sql.ts'

// Whose machine lost its power or its network keeps no lock from the others until the server has forgotten it by itself.
const LOST_AFTER_MS = 1_000

let test: TestDatabase
beforeAll(async () => {
  test = await testDatabase()
})
afterAll(() => test?.drop())

/** A way to the database on which nothing more passes once it is cut, and nobody is told. */
async function openWay(url: string) {
  const to = new URL(url)
  const ends = new Set<Socket>()
  const server = createServer((client) => {
    const there = dial(Number(to.port), to.hostname)
    for (const end of [client, there]) ends.add(end.on('error', () => {}))
    client.pipe(there).pipe(client)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const way = new URL(url)
  way.hostname = '127.0.0.1'
  way.port = String((server.address() as { port: number }).port)
  return {
    url: way.href,
    cut() {
      for (const end of ends) end.unpipe().pause()
    },
    async close() {
      for (const end of ends) end.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

// MariaDB is made to forget a connection that says nothing; Postgres asks by keepalives of TCP, which no test can lose.
async function freeOnceSilent(): Promise<void> {
  const way = await openWay(test.url)
  const own = openDb({ url: way.url, poolSize: 2, lostAfterMs: LOST_AFTER_MS })
  const [held, end] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const work = own.lock('lost', async () => {
    held.resolve()
    await end.promise
  })
  try {
    await held.promise
    const wait = test.db.lock('lost', async () => 'in', 3 * LOST_AFTER_MS)
    await expect(wait).rejects.toThrow(LockTimeoutError)
    way.cut()
    expect(await test.db.lock('lost', async () => 'in', 20_000)).toBe('in')
  } finally {
    end.resolve()
    await way.close()
    await Promise.allSettled([work, own.close()])
  }
}

async function askedWithinTheMinute(): Promise<void> {
  const pool = openPostgresPool(test.url, 1)
  try {
    await pool.exclusive(['asked'], 5_000, async () => {})
    const [row] = await pool.query<{ idle: string; interval: string; count: string }>(
      `SELECT current_setting('tcp_keepalives_idle') AS idle, current_setting('tcp_keepalives_interval') AS interval,
          current_setting('tcp_keepalives_count') AS count`,
      [],
    )
    const [idle, interval, count] = [row!.idle, row!.interval, row!.count].map(Number) as [
      number,
      number,
      number,
    ]
    expect(idle).toBeGreaterThan(0)
    expect(idle + interval * count).toBeLessThanOrEqual(60)
  } finally {
    await pool.close()
  }
}

it('a lock is free within the minute once its holder has fallen silent, and not before', async () => {
  if (inject('databaseServer').provider === 'mysql') await freeOnceSilent()
  else await askedWithinTheMinute()
})
