import { migrate } from '@berth/db/migrate'
import type { TestProject } from 'vitest/node'
import { withDatabase } from '../database.ts'
import { execute } from '../execute.ts'
import { startMariadb } from '../mariadb.ts'
import { schemaOf } from '../schema-of.ts'

/** One MariaDB for all test files; each file makes the tables of a database that went through all migrations. */
export default async function setup(project: TestProject) {
  // A table made or dropped is then no file made or dropped.
  const server = await startMariadb(['--innodb-file-per-table=0'])
  try {
    await execute(server.url, 'CREATE DATABASE berth_template CHARACTER SET utf8mb4')
    const migrated = withDatabase(server.url, 'berth_template')
    await migrate(migrated)
    project.provide('databaseServer', {
      provider: 'mysql',
      url: server.url,
      template: await schemaOf(migrated, 'berth_template'),
    })
  } catch (error) {
    await server.stop()
    throw error
  }
  return server.stop
}
