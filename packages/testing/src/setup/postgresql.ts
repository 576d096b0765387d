import { migrate } from '@berth/db/migrate'
import type { TestProject } from 'vitest/node'
import { withDatabase } from '../database.ts'
import { execute } from '../execute.ts'
import { startPostgres } from '../postgres.ts'

/** One Postgres for all test files; each file copies the migrated template. */
export default async function setup(project: TestProject) {
  const server = await startPostgres()
  try {
    await execute(server.url, 'CREATE DATABASE berth_template')
    await migrate(withDatabase(server.url, 'berth_template'))
  } catch (error) {
    await server.stop()
    throw error
  }
  project.provide('databaseServer', { provider: 'postgresql', url: server.url, template: 'berth_template' })
  return server.stop
}
