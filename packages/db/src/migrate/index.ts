import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import mariadb, { type ConnectionConfig } from 'mariadb'
import pg from 'pg'
import { type Provider, providerOf } from '../open.ts'
import { mariadbConfig, postgresConfig } from '../sql.ts'

export interface Migration {
  name: string
  sql: string
  /** SHA-256 of the file, as Prisma records it. */
  checksum: string
}

export class MigrationError extends Error {
  override name = 'MigrationError'
}

const root = join(import.meta.dirname, '../../../../prisma')

/** The migrations of one database in the order in which they are applied. */
export async function readMigrations(provider: Provider, folder = join(root, provider, 'migrations')) {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory())
  const sorted = names.map((entry) => entry.name).sort()
  return Promise.all(
    sorted.map(async (name): Promise<Migration> => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** One connection with what a migration run needs; both drivers fit it in a few lines. */
interface Connection {
  rows(sql: string, params?: unknown[]): Promise<Record<string, unknown>[]>
  script(sql: string): Promise<void>
  lock(): Promise<void>
  end(): Promise<void>
}

async function connectPostgres(url: string): Promise<Connection> {
  const client = new pg.Client(postgresConfig(url))
  await client.connect()
  return {
    async rows(sql, params = []) {
      let index = 0
      const result = await client.query(
        sql.replace(/\?/g, () => `$${++index}`),
        params,
      )
      return result.rows
    },
    script: async (sql) => void (await client.query(sql)),
    lock: async () => void (await client.query('SELECT pg_advisory_lock(7236513)')),
    end: () => client.end(),
  }
}

async function connectMariadb(url: string): Promise<Connection> {
  const { acquireTimeout: _, ...config } = mariadbConfig(url)
  const connection = await mariadb.createConnection({
    ...config,
    multipleStatements: true,
  } as ConnectionConfig)
  return {
    rows: async (sql, params = []) => {
      const rows = await connection.query(sql, params)
      return Array.isArray(rows) ? rows : []
    },
    script: async (sql) => void (await connection.query(sql)),
    lock: async () => void (await connection.query("SELECT GET_LOCK('berth.migrate', 120)")),
    end: () => connection.end(),
  }
}

// The columns are Prisma's own, so that the ordinary Prisma CLI can take over where it can be had.
const historyTable = (provider: Provider) => {
  const time = provider === 'mysql' ? 'DATETIME(3)' : 'TIMESTAMPTZ'
  const now = provider === 'mysql' ? 'CURRENT_TIMESTAMP(3)' : 'now()'
  return `CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at ${time} NULL,
    migration_name VARCHAR(255) NOT NULL, logs TEXT NULL, rolled_back_at ${time} NULL,
    started_at ${time} NOT NULL DEFAULT ${now}, applied_steps_count INTEGER NOT NULL DEFAULT 0)`
}

/**
 * Applies what is missing, one node at a time, and returns the names of what it applied.
 *
 * @throws MigrationError when an earlier migration failed half-way, or an applied one was changed since
 */
export async function migrate(url: string, migrationsFolder?: string): Promise<string[]> {
  const provider = providerOf(url)
  const migrations = await readMigrations(provider, migrationsFolder)
  const connection = await (provider === 'mysql' ? connectMariadb(url) : connectPostgres(url))
  try {
    await connection.lock()
    await connection.script(historyTable(provider))
    const history = await connection.rows(
      'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
    )
    const known = new Map(history.map((row) => [row.migration_name as string, row]))
    const applied: string[] = []
    for (const migration of migrations) {
      const row = known.get(migration.name)
      if (row && !row.finished_at)
        throw new MigrationError(
          `migration ${migration.name} failed before; mend the database, then delete its row from _prisma_migrations`,
        )
      if (row && row.checksum !== migration.checksum)
        throw new MigrationError(`migration ${migration.name} was changed after it had been applied`)
      if (!row) {
        await apply(connection, migration)
        applied.push(migration.name)
      }
    }
    return applied
  } finally {
    await connection.end() // frees the lock
  }
}

async function apply(connection: Connection, { name, sql, checksum }: Migration) {
  const id = randomUUID()
  await connection.rows('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES (?, ?, ?)', [
    id,
    checksum,
    name,
  ])
  try {
    await connection.script(sql)
  } catch (error) {
    await connection.rows('UPDATE _prisma_migrations SET logs = ? WHERE id = ?', [
      String(error).slice(0, 4_000),
      id,
    ])
    throw new MigrationError(`migration ${name} failed: ${(error as Error).message}`, { cause: error })
  }
  await connection.rows(
    'UPDATE _prisma_migrations SET finished_at = CURRENT_TIMESTAMP, applied_steps_count = 1 WHERE id = ?',
    [id],
  )
}
