import mariadb, { type PoolConfig } from 'mariadb'
import pg from 'pg'
import { mysqlTls } from './mysql-url.ts'
import { numbered } from './placeholders.ts'

export type SqlValue = string | number | bigint | boolean | Date | null
export type Row = Record<string, unknown>

/** A pool that runs prepared statements; `exclusive` lends one connection for cluster-wide locks. */
export interface SqlPool {
  query<R extends Row>(sql: string, params: readonly SqlValue[]): Promise<R[]>
  exclusive<T>(names: readonly string[], waitMs: number, run: () => Promise<T>): Promise<T>
  usage(): PoolUsage
  close(): Promise<void>
}

/** Connections in use and unused, and who waits for one. */
export interface PoolUsage {
  active: number
  idle: number
  waiting: number
}

export class LockTimeoutError extends Error {
  override name = 'LockTimeoutError'
}

/** `?` outside quotes becomes `$1`, `$2`, …; each text is translated and named once. */
const prepared = new Map<string, { name: string; text: string }>()
function forPostgres(sql: string): { name: string; text: string } {
  let statement = prepared.get(sql)
  if (!statement) {
    const text = numbered('postgresql', sql)
    statement = { name: `q${prepared.size}`, text }
    // SQL texts come from code and from a bounded set of filters; past this many, statements are not kept.
    if (prepared.size >= 2_000) return { name: '', text }
    prepared.set(sql, statement)
  }
  return statement
}

const utc = (text: string): Date => new Date(`${text.replace(' ', 'T')}Z`)
// Both drivers would write a time in the zone of this process; columns hold UTC without a zone.
const utcText = (time: Date): string => time.toISOString().replace('T', ' ').slice(0, -1)
const inUtc = (params: readonly SqlValue[]): unknown[] =>
  params.map((value) => (value instanceof Date ? utcText(value) : value))
const postgresTypes: pg.CustomTypesConfig = {
  // 1114 timestamp: Prisma stores UTC without a zone. 20 int8: sizes and counts stay below 2^53.
  getTypeParser(oid: number, format?: unknown) {
    if (oid === 1114) return utc as never
    if (oid === 20) return Number as never
    return pg.types.getTypeParser(oid, format as never) as never
  },
}

/** Postgres settings from a URL, without letting a `schema` parameter reach the driver. */
export function postgresConfig(url: string): pg.PoolConfig {
  const parsed = new URL(url)
  parsed.searchParams.delete('schema')
  return { connectionString: parsed.href, connectionTimeoutMillis: 5_000, application_name: 'berth' }
}

/** @param lostAfterMs for locks: so long after its holder's machine has vanished the server may keep one */
export function openPostgresPool(url: string, size: number, lostAfterMs = 60_000): SqlPool {
  const pool = new pg.Pool({ ...postgresConfig(url), max: size, types: postgresTypes })
  // An idle connection that the server ends must not end the process; the next query opens another.
  pool.on('error', () => {})
  return {
    async query<R extends Row>(sql: string, params: readonly SqlValue[]) {
      const { name, text } = forPostgres(sql)
      const result = await pool.query({ ...(name ? { name } : {}), text, values: inUtc(params) })
      return result.rows as R[]
    },
    async exclusive(names, waitMs, run) {
      const client = await pool.connect()
      const held: string[] = []
      let broken: Error | undefined
      // A lock may be held for hours; the server that ends its connection meanwhile must not end this process.
      const onError = (error: Error) => {
        broken = error
      }
      client.on('error', onError)
      try {
        const lockTimeout = `SET lock_timeout = ${Math.max(1, Math.floor(waitMs))}`
        await client.query(`${lockTimeout}; ${noticingLoss(lostAfterMs)}`)
        for (const name of names) {
          await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]).catch((error) => {
            if ((error as { code?: string }).code !== '55P03') throw error
            throw new LockTimeoutError(`lock ${name} was not free within ${waitMs} ms`, { cause: error })
          })
          held.push(name)
        }
        return await run()
      } finally {
        for (const name of held)
          await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name]).catch((error) => {
            broken = error // the connection is closed, which frees the locks
          })
        if (!broken) await client.query('RESET lock_timeout').catch((error) => (broken = error))
        client.off('error', onError)
        client.release(broken)
      }
    },
    usage: () => ({
      active: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    close: () => pool.end(),
  }
}

/** Lets the server ask whether the other end is still there: after half of the time in silence, and then four times. */
function noticingLoss(lostAfterMs: number): string {
  const idleSeconds = Math.max(1, Math.floor(lostAfterMs / 2_000))
  const intervalSeconds = Math.max(1, Math.floor(idleSeconds / 4))
  return `SET tcp_keepalives_idle = ${idleSeconds}; SET tcp_keepalives_interval = ${intervalSeconds}; SET tcp_keepalives_count = 4`
}

/** MariaDB driver settings from a mysql:// or mariadb:// URL. Times are UTC; short timeouts name a dead server early. @throws DatabaseUrlError */
export function mariadbConfig(url: string): PoolConfig {
  const parsed = new URL(url)
  const ssl = mysqlTls(url)
  return {
    host: decodeURIComponent(parsed.hostname),
    port: Number(parsed.port || 3306),
    user: decodeURIComponent(parsed.username),
    password: decodeURIComponent(parsed.password),
    database: decodeURIComponent(parsed.pathname.slice(1)),
    timezone: 'Z',
    connectTimeout: 4_000,
    acquireTimeout: 5_000,
    bigIntAsNumber: true,
    decimalAsNumber: true,
    insertIdAsNumber: true,
    // All warnings of a statement can be read: see `refusingHiddenErrors`.
    initSql: "SET time_zone='+00:00', max_error_count=65535",
    ...(ssl && { ssl }),
  }
}

/** @param lostAfterMs for locks: so long after its holder has vanished the server keeps one; connections close when unused */
export function openMariadbPool(url: string, size: number, lostAfterMs?: number): SqlPool {
  // The server cannot be told when to ask whether the other end is still there; it ends what is silent.
  const lostAfterSeconds = lostAfterMs === undefined ? undefined : Math.max(1, Math.ceil(lostAfterMs / 1_000))
  const config = mariadbConfig(url)
  const pool = mariadb.createPool({
    ...config,
    connectionLimit: size,
    ...(lostAfterSeconds && {
      ...{ minimumIdle: 0, idleTimeout: Math.max(1, Math.floor(lostAfterSeconds / 2)) },
      initSql: `${config.initSql}, wait_timeout=${lostAfterSeconds}`,
    }),
    prepareCacheLength: 1_000,
    dateStrings: true,
    // BOOLEAN is TINYINT(1) there; callers see booleans on both databases.
    typeCast(field, next) {
      if (field.type === 'TINY' && field.columnLength === 1) {
        const value = field.tiny()
        return value === null ? null : value === 1
      }
      if (field.type === 'DATETIME' || field.type === 'TIMESTAMP') {
        const value = next() as string | null
        return value === null ? null : utc(value)
      }
      return next()
    },
  })
  return {
    async query<R extends Row>(sql: string, params: readonly SqlValue[]) {
      const rows = await pool.execute(sql, inUtc(params))
      return (Array.isArray(rows) ? rows : []) as R[]
    },
    async exclusive(names, waitMs, run) {
      const connection = await pool.getConnection()
      const held: string[] = []
      const alive =
        lostAfterMs && setInterval(() => void connection.ping().catch(() => {}), lostAfterMs / 5).unref()
      try {
        for (const name of names) {
          // GET_LOCK names hold at most 64 characters.
          const lockName = name.length <= 64 ? name : `${name.slice(0, 20)}${await sha1Hex(name)}`
          const [row] = await connection.query('SELECT GET_LOCK(?, ?) AS taken', [lockName, waitMs / 1_000])
          if (Number(row?.taken) !== 1)
            throw new LockTimeoutError(`lock ${name} was not free within ${waitMs} ms`)
          held.push(lockName)
        }
        return await run()
      } finally {
        if (alive) clearInterval(alive)
        for (const lockName of held)
          await connection.query('SELECT RELEASE_LOCK(?)', [lockName]).catch(() => connection.destroy())
        await connection.release()
      }
    },
    usage: () => ({
      active: pool.activeConnections(),
      idle: pool.idleConnections(),
      waiting: pool.taskQueueSize(),
    }),
    close: () => pool.end(),
  }
}

async function sha1Hex(text: string): Promise<string> {
  const { createHash } = await import('node:crypto')
  return createHash('sha1').update(text).digest('hex')
}
