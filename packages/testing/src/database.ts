import { randomBytes } from 'node:crypto'
import { type Db, openDb } from '@berth/db'
import { inject } from 'vitest'
import { execute } from './execute.ts'

/** Named by the set-up of the projects `postgresql`, `mysql` and `real`. */
export interface TestDatabaseServer {
  provider: 'postgresql' | 'mysql'
  /** An account that may create databases. */
  url: string
  /** How an empty database becomes a migrated one: a database to copy on Postgres, statements on MariaDB. */
  template: string
}

declare module 'vitest' {
  export interface ProvidedContext {
    databaseServer: TestDatabaseServer
  }
}

export interface TestDatabase {
  url: string
  db: Db
  /** Closes `db` and removes the database. Open connections of others are cut. */
  drop(): Promise<void>
}

export function withDatabase(url: string, name: string): string {
  const parsed = new URL(url)
  parsed.pathname = `/${name}`
  return parsed.href
}

/** A migrated, empty database for one test file, on whichever database the running project stands for. */
export async function testDatabase(): Promise<TestDatabase> {
  const database = await emptyDatabase()
  const db = openDb({ url: database.url, poolSize: 8 })
  return {
    url: database.url,
    db,
    async drop() {
      await db.close()
      await database.drop()
    },
  }
}

/** The same without opening it, for whole processes under test. */
export async function emptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const server = inject('databaseServer')
  if (server === undefined)
    throw new Error('no database is provided here: name the file *.db.test.ts or *.real.test.ts')
  const name = `test_${process.pid}_${randomBytes(6).toString('hex')}`
  const url = withDatabase(server.url, name)
  if (server.provider === 'postgresql') {
    // Copied as files, not block by block through the log: a third of the time.
    await execute(server.url, `CREATE DATABASE ${name} TEMPLATE ${server.template} STRATEGY FILE_COPY`)
    return { url, drop: () => execute(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
  }
  await execute(server.url, `CREATE DATABASE ${name} CHARACTER SET utf8mb4; USE ${name}; ${server.template}`)
  return { url, drop: () => execute(server.url, `DROP DATABASE IF EXISTS ${name}`) }
}
