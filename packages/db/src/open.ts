import { setTimeout as delay } from 'node:timers/promises'
import { PrismaMariaDb } from '@prisma/adapter-mariadb'
import { PrismaPg } from '@prisma/adapter-pg'
import { isRetryable } from './errors.ts'
import type { Prisma } from './generated/mysql/client.ts'
import { PrismaClient as MysqlClient } from './generated/mysql/client.ts'
import { PrismaClient as PostgresqlClient } from './generated/postgresql/client.ts'
import { refusingHiddenErrors } from './insert-ignore.ts'
import { KeyedMutex } from './keyed-mutex.ts'
import {
  LockTimeoutError,
  mariadbConfig,
  openMariadbPool,
  openPostgresPool,
  type PoolUsage,
  postgresConfig,
  type Row,
  type SqlValue,
} from './sql.ts'
import { POOL_WAITS, waitingForTurns } from './waiting.ts'

export type Provider = 'postgresql' | 'mysql'
/** The MySQL client's types serve for both: they are the narrower ones. */
export type PrismaDb = MysqlClient
/** Prisma inside a transaction. */
export type Tx = Prisma.TransactionClient

export interface Db {
  readonly provider: Provider
  readonly prisma: PrismaDb
  /**
   * Runs a prepared statement. `?` marks a parameter on both databases.
   * Rows are plain objects; int8 is a number, times are Date (UTC).
   */
  query<R extends Row>(sql: string, params?: readonly SqlValue[]): Promise<R[]>
  /** Runs `run` in one transaction, again (at most five times) after a deadlock: `run` must be safe to repeat. */
  transaction<T>(run: (tx: Tx) => Promise<T>): Promise<T>
  /**
   * Runs `run` while nobody else on any node holds `name`; LockTimeoutError after `waitMs` (default 30 s). Several
   * names are taken in their order on one connection: locks inside locks could use up the pool and wait for themselves.
   */
  lock<T>(name: string | readonly string[], run: () => Promise<T>, waitMs?: number): Promise<T>
  /** How much of it is in use at this moment. */
  usage(): DbUsage
  close(): Promise<void>
}

export interface DbUsage {
  /** Under way, or waiting for a connection of Prisma's pool. */
  transactions: number
  /** That each pool may open. */
  maxConnections: number
  pools: ({ name: 'statements' | 'locks' } & PoolUsage)[]
}

export interface DbSettings {
  /** postgresql:// or mysql:// */
  url: string
  /** Connections of each of the two pools (Prisma's and the prepared statements'); default 10. */
  poolSize?: number
  /** Connections for locks, which are held for as long as the work under them takes; default `poolSize`. */
  lockPoolSize?: number
  /** So long after its holder's machine has vanished a lock may stay held; default 60 s. */
  lostAfterMs?: number
  /** How long Prisma waits for a connection while nobody else gets one; default 5 s. */
  turnWaitMs?: number
  /** Told of every prepared statement: how long it took, the wait for a connection included, and whether it worked. */
  onQuery?: (seconds: number, ok: boolean) => void
}

/** @throws TypeError for a URL of another kind */
export function providerOf(url: string): Provider {
  const scheme = url.slice(0, url.indexOf(':'))
  if (scheme === 'postgresql' || scheme === 'postgres') return 'postgresql'
  if (scheme === 'mysql' || scheme === 'mariadb') return 'mysql'
  throw new TypeError(`database URL must begin with postgresql:// or mysql://, not ${scheme}://`)
}

/** Opens both ways to the database; connects at the first query. */
export function openDb({
  url,
  poolSize = 10,
  lockPoolSize = poolSize,
  lostAfterMs = 60_000,
  turnWaitMs = 5_000,
  onQuery,
}: DbSettings): Db {
  const provider = providerOf(url)
  const prisma: PrismaDb =
    provider === 'mysql'
      ? new MysqlClient({
          adapter: refusingHiddenErrors(
            waitingForTurns(
              new PrismaMariaDb({
                ...mariadbConfig(url),
                acquireTimeout: turnWaitMs,
                connectionLimit: poolSize,
              } as never),
            ),
          ),
        })
      : // The two generated types differ in name only where we use them; see docs/decisions.
        (new PostgresqlClient({
          adapter: waitingForTurns(
            new PrismaPg(
              { ...postgresConfig(url), connectionTimeoutMillis: turnWaitMs, max: poolSize },
              { onPoolError: () => {} },
            ),
          ),
        }) as unknown as PrismaDb)
  const pool = provider === 'mysql' ? openMariadbPool(url, poolSize) : openPostgresPool(url, poolSize)
  // Locks have a pool of their own: work under a lock needs connections that waiting lock holders must not take.
  const locks =
    provider === 'mysql'
      ? openMariadbPool(url, lockPoolSize, lostAfterMs)
      : openPostgresPool(url, lockPoolSize, lostAfterMs)
  const turns = new KeyedMutex()
  // Who wants the same lock on this node waits here: fifty pushes into one repository would else take every connection
  // of the pool for waiting, and keep out those who want other locks.
  async function inTurn<T>(names: readonly string[], waitMs: number, run: () => Promise<T>): Promise<T> {
    const lateAtMs = performance.now() + waitMs
    const late = () => new LockTimeoutError(`lock ${names.join(', ')} was not free within ${waitMs} ms`)
    let timer: NodeJS.Timeout | undefined
    const enter = (next: number): Promise<T> => {
      const leftMs = lateAtMs - performance.now()
      if (leftMs <= 0) return Promise.reject(late())
      if (next < names.length) return turns.run(names[next]!, () => enter(next + 1))
      clearTimeout(timer)
      return locks.exclusive(names, leftMs, run)
    }
    const tooLate = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(late()), waitMs)
    })
    try {
      return await Promise.race([enter(0), tooLate])
    } finally {
      clearTimeout(timer)
    }
  }
  let transactions = 0
  async function query<R extends Row>(sql: string, params: readonly SqlValue[] = []): Promise<R[]> {
    if (!onQuery) return pool.query<R>(sql, params)
    const startMs = performance.now()
    let ok = false
    try {
      const rows = await pool.query<R>(sql, params)
      ok = true
      return rows
    } finally {
      onQuery((performance.now() - startMs) / 1_000, ok)
    }
  }
  return {
    provider,
    prisma,
    query,
    async transaction(run) {
      transactions++
      try {
        for (let attempt = 1; ; attempt++) {
          try {
            return await prisma.$transaction(run, { maxWait: POOL_WAITS * turnWaitMs, timeout: 15_000 })
          } catch (error) {
            if (attempt >= 5 || !isRetryable(error)) throw error
            await delay(attempt * 10 + Math.random() * 20)
          }
        }
      } finally {
        transactions--
      }
    },
    usage: () => ({
      transactions,
      maxConnections: poolSize,
      pools: [
        { name: 'statements', ...pool.usage() },
        { name: 'locks', ...locks.usage() },
      ],
    }),
    lock: (name, run, waitMs = 30_000) => inTurn([name].flat(), waitMs, run),
    async close() {
      await Promise.all([prisma.$disconnect(), pool.close(), locks.close()])
    },
  }
}
